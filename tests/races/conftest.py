"""Every race ends with clean books."""

from collections.abc import Iterator

import pytest

from tests.races.threads import assert_clean


@pytest.fixture(autouse=True)
def clean_books(transactional_db: None) -> Iterator[None]:
    """The audit of a test that did not fail finds nothing."""
    yield
    assert_clean()
