"""A row read by a statement of our own is the model that the ORM would have made."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from base.rows import model_of
from merchants.models import Branch, Merchant
from tests.factories import make_shop

pytestmark = pytest.mark.django_db


def read(names: list[str]) -> tuple[Any, ...]:
    columns = ", ".join(f'"{name}"' for name in names)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM merchants_branch")
        row: tuple[Any, ...] = cursor.fetchone()
    return row


def test_it_equals_what_the_orm_reads_and_is_saved_as_a_change() -> None:
    branch = make_shop().branch
    names = [field.attname for field in Branch._meta.concrete_fields]
    made = model_of(Branch, names, read(names))
    assert made == branch and {name: getattr(made, name) for name in names} == {
        name: getattr(Branch.objects.get(), name) for name in names
    }
    made.name = "Corner"
    made.save()
    assert Branch.objects.get().name == "Corner"


def test_what_was_not_read_is_read_when_asked_for(django_assert_num_queries: Callable[..., Any]) -> None:
    shop = make_shop()
    made = model_of(Branch, ["id", "merchant_id"], read(["id", "merchant_id"]))
    with django_assert_num_queries(1):
        assert made.name == shop.branch.name


def test_what_is_related_is_given_not_asked_for(django_assert_num_queries: Callable[..., Any]) -> None:
    shop = make_shop()
    merchant = Merchant.objects.get(pk=shop.merchant.pk)
    made = model_of(Branch, ["id", "merchant_id"], read(["id", "merchant_id"]), merchant=merchant)
    with django_assert_num_queries(0):
        assert made.merchant is merchant


def test_a_row_of_another_width_is_no_model() -> None:
    make_shop()
    with pytest.raises(ValueError):
        model_of(Branch, ["id", "name"], read(["id"]))
