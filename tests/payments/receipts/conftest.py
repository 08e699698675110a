"""One shop with its people for each test."""

import pytest

from tests.payments.till.shop_floor import Floor, open_shop


@pytest.fixture
def floor(db: None) -> Floor:
    return open_shop()
