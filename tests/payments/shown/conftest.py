"""A shop, and Ann who has money."""

import pytest

from people.models import User
from tests.factories import Shop, make_person, make_shop


@pytest.fixture
def shop(db: None) -> Shop:
    return make_shop()


@pytest.fixture
def ann(db: None) -> User:
    return make_person(funds={"EUR": 50_000})
