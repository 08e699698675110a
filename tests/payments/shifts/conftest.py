"""One shop for each test, with its people."""

import pytest

from tests.payments.till.shop_floor import Floor, open_shop


@pytest.fixture
def floor(db: None) -> Floor:
    return open_shop()
