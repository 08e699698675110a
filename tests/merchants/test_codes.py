"""Codes: made only where the tax is known, extended a little, retired for ever, printed once."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as live

from base.core.errors import Refused
from base.ids import database_now
from base.models import AuditLine
from merchants.flows.add_till import add_till
from merchants.flows.create_qr import MAX_LINES, create_one_time
from merchants.flows.create_static import create_static
from merchants.flows.extend_one_time import LONGEST_LIFE, extend_one_time
from merchants.flows.print_sheet import print_sheet
from merchants.flows.retire_qr import retire_qr
from merchants.models import Merchant, OwnRate, PrintedSheet, QrCode, TaxProfile
from merchants.queries import code_by_token, link_of, token_of
from merchants.sheets import SHEETS
from tests.factories import Shop, make_member, make_one_time_code, make_person, make_shop, make_static_code

pytestmark = pytest.mark.django_db

CAKE = {"description": "Cake", "category": "reduced", "amount_minor": 440}


def _static(shop: Shop, **changed: Any) -> QrCode:
    facts = {"category": "standard", "label": "Counter", "till_id": shop.till.pk, **changed}
    return create_static(actor_id=shop.owner.pk, branch_id=shop.branch.pk, **facts)


def _one_time(shop: Shop, *lines: dict[str, Any], **more: Any) -> QrCode:
    return create_one_time(actor_id=shop.cashier.pk, till_id=shop.till.pk, lines=lines or [CAKE], **more)


def test_a_static_code() -> None:
    shop = make_shop()
    code = QrCode.objects.get(pk=_static(shop).pk)
    assert (code.kind, code.state, code.category, code.label) == ("static", "active", "standard", "Counter")
    assert (code.merchant_id, code.branch_id, code.till_id) == (
        shop.merchant.pk,
        shop.branch.pk,
        shop.till.pk,
    )
    assert code.key_id == next(iter(live.CODE_KEYS))
    assert code.expires_at is None
    assert AuditLine.objects.get(action="code.created", subject=code.pk).actor_id == shop.owner.pk


def test_ids_are_random_in_every_bit() -> None:
    shop = make_shop()
    ids = [_static(shop).pk.int for _ in range(60)]
    ones, zeros = 0, 0
    for value in ids:
        ones, zeros = ones | value, zeros | ~value
    # The chance that a fair bit stays the same 60 times is 2^-59: a version or a clock would show.
    assert ones == zeros % 2**128 == 2**128 - 1


def test_a_one_time_code_lives_five_minutes_from_its_moment() -> None:
    shop, then = make_shop(), datetime(2026, 3, 1, 12, tzinfo=UTC)
    code = _one_time(shop, {**CAKE, "note": "not kept"}, reference=" T-7 ", happened_at=then)
    assert code.lines == [CAKE]
    assert (code.reference, code.till_id) == ("T-7", shop.till.pk)
    assert code.expires_at == then + live.ONE_TIME_CODE_LIFE
    fresh = _one_time(shop)
    assert fresh.expires_at is not None
    assert abs(fresh.expires_at - database_now() - live.ONE_TIME_CODE_LIFE) < timedelta(seconds=10)


@pytest.mark.parametrize(
    ("lines", "code"),
    [([{**CAKE, "amount_minor": bad}], "amount_invalid") for bad in (0, -1, 4.4, "440", None, True, "４４０")]
    + [([{**CAKE, "quantity": bad}], "quantity_invalid") for bad in (0, -1, 1000, 1.5, "2", True)]
    + [([{**CAKE, "amount_minor": 0, "discount_minor": bad}], "amount_invalid") for bad in (-1, 0, 1, "1")]
    + [
        ([{**CAKE, "amount_minor": 10**12}, CAKE], "amount_too_large"),
        ([], "lines_invalid"),
        ([CAKE] * (MAX_LINES + 1), "lines_invalid"),
        ([{**CAKE, "description": ""}], "name_missing"),
        ([{**CAKE, "description": "a\u202eb"}], "name_invalid"),
        ([{**CAKE, "category": "luxury"}], "category_not_sold"),
        ([{**CAKE, "category": "exempt"}], "category_not_sold"),
    ],
)
def test_an_order_that_cannot_be(lines: list[dict[str, Any]], code: str) -> None:
    shop = make_shop()
    with pytest.raises(Refused) as no:
        create_one_time(actor_id=shop.cashier.pk, till_id=shop.till.pk, lines=lines)
    assert (no.value.code, no.value.status) == (code, 400)
    assert not QrCode.objects.exists()


def _no_profile(shop: Shop) -> None:
    TaxProfile.objects.filter(merchant=shop.merchant).delete()


def _frozen(shop: Shop) -> None:
    Merchant.objects.filter(pk=shop.merchant.pk).update(frozen_at=database_now())


def _rejected(shop: Shop) -> None:
    Merchant.objects.filter(pk=shop.merchant.pk).update(review="rejected")


def _no_rate(shop: Shop) -> None:
    OwnRate.objects.filter(merchant=shop.merchant).delete()


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (_no_profile, "tax_profile_missing"),
        (_frozen, "shop_frozen"),
        (_rejected, "shop_rejected"),
        (_no_rate, "tax_rate_missing"),
    ],
)
def test_no_code_without_a_known_tax_and_an_open_shop(spoil: Any, code: str) -> None:
    shop = make_shop("US", inclusive=False)
    spoil(shop)
    for attempt in (_static, _one_time):
        with pytest.raises(Refused) as no:
            attempt(shop)
        assert (no.value.code, no.value.status) == (code, 409)
    assert not QrCode.objects.exists()


def test_the_rate_is_looked_up_on_the_day_of_the_branch() -> None:
    shop = make_shop("US", inclusive=False, categories=("standard", "reduced"))
    OwnRate.objects.filter(merchant=shop.merchant).update(valid_from="2026-03-01")
    before_there = datetime(2026, 3, 1, 5, tzinfo=UTC)  # still 28 February in Austin
    with pytest.raises(Refused, match="tax_rate_missing"):
        _one_time(shop, happened_at=before_there)
    assert _one_time(shop, happened_at=before_there + timedelta(hours=2)).pk


def test_a_till_of_another_branch_is_not_found() -> None:
    shop, other = make_shop(), make_shop()
    with pytest.raises(Refused, match="not_found"):
        _static(shop, till_id=other.till.pk)


@pytest.mark.parametrize(
    ("role", "static", "one_time"),
    [("manager", True, True), ("cashier", False, True), ("accountant", False, False), ("", False, False)],
)
def test_who_may_make_a_code(role: str, static: bool, one_time: bool) -> None:
    shop = make_shop()
    actor = make_member(shop, role) if role else make_shop().owner
    for may, attempt in [
        (static, lambda: create_static(actor_id=actor.pk, branch_id=shop.branch.pk, category="standard")),
        (one_time, lambda: create_one_time(actor_id=actor.pk, till_id=shop.till.pk, lines=[CAKE])),
    ]:
        if may:
            assert attempt().created_by_id == actor.pk
        else:
            with pytest.raises(Refused, match="not_found"):
                attempt()


def test_a_one_time_code_is_extended_but_not_without_end_and_not_shortened() -> None:
    code = make_one_time_code(make_shop())
    code.refresh_from_db()
    assert extend_one_time(code_id=code.pk, until=code.created_at + timedelta(minutes=10))
    assert not extend_one_time(code_id=code.pk, until=code.created_at + timedelta(minutes=8))
    assert extend_one_time(code_id=code.pk, until=code.created_at + timedelta(hours=3))
    code.refresh_from_db()
    assert code.expires_at == code.created_at + LONGEST_LIFE


def test_what_is_over_or_on_paper_is_not_extended() -> None:
    shop = make_shop()
    over, paper = make_one_time_code(shop, life=timedelta(seconds=-1)), make_static_code(shop)
    later = database_now() + timedelta(minutes=10)
    assert not extend_one_time(code_id=over.pk, until=later)
    assert not extend_one_time(code_id=paper.pk, until=later)
    assert not extend_one_time(code_id=uuid4(), until=later)


def test_retired_once_and_for_ever() -> None:
    shop = make_shop()
    code = make_static_code(shop)
    assert retire_qr(actor_id=shop.owner.pk, code_id=code.pk) is True
    assert retire_qr(actor_id=shop.owner.pk, code_id=code.pk) is False
    code.refresh_from_db()
    assert code.state == "retired"
    assert code.retired_at is not None
    assert AuditLine.objects.filter(action="code.retired", subject=code.pk).count() == 1
    with pytest.raises(Refused, match="not_found"):
        retire_qr(actor_id=shop.cashier.pk, code_id=make_static_code(shop).pk)


def test_the_link_leads_back_to_the_code(settings: Any) -> None:
    code = make_static_code(make_shop())
    assert link_of(code) == f"{live.BASE_URL}/q/{token_of(code)}"
    assert code_by_token(token_of(code)) == code
    token = token_of(code)
    settings.CODE_KEYS = {7: b"x" * 32, **live.CODE_KEYS}  # a new key signs, the old one still reads
    assert code_by_token(token) == code
    settings.CODE_KEYS = {7: b"x" * 32}
    with pytest.raises(Refused, match="code_key_retired"):
        link_of(code)


def test_an_unknown_token_and_a_missing_row_get_one_answer() -> None:
    code = make_static_code(make_shop())
    signed = token_of(code)
    code.delete()
    answers = set()
    for token in (signed, "x" * 46, "", "../../etc", signed[:-1] + ("A" if signed[-1] != "A" else "B")):
        with pytest.raises(Refused) as no:
            code_by_token(token)
        answers.add((no.value.code, no.value.message, no.value.status))
    assert len(answers) == 1
    assert answers.pop()[::2] == ("code_unknown", 404)


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_sheet_is_kept_as_it_was(sheet: str) -> None:
    shop = make_shop()
    code = make_static_code(shop, label="Counter")
    first = print_sheet(actor_id=shop.owner.pk, code_id=code.pk, sheet=sheet)
    Merchant.objects.filter(pk=shop.merchant.pk).update(trade_name="Another name")
    retire_qr(actor_id=shop.owner.pk, code_id=code.pk)
    again = print_sheet(actor_id=shop.owner.pk, code_id=code.pk, sheet=sheet)
    assert again.pk == first.pk
    assert bytes(again.content) == bytes(first.content)
    assert (again.file_name, again.media_type) == (first.file_name, first.media_type)
    assert bytes(again.sha256) == sha256(bytes(first.content)).digest()
    assert AuditLine.objects.filter(action="sheet.printed").count() == 1


def test_no_new_sheet_of_a_retired_code_no_unknown_sheet_and_none_for_a_cashier() -> None:
    shop = make_shop()
    code = make_static_code(shop)
    with pytest.raises(Refused, match="sheet_unknown"):
        print_sheet(actor_id=shop.owner.pk, code_id=code.pk, sheet="flag")
    for actor in (shop.cashier, make_shop().owner, make_person(pin=None)):
        with pytest.raises(Refused, match="not_found"):
            print_sheet(actor_id=actor.pk, code_id=code.pk, sheet="svg")
    retire_qr(actor_id=shop.owner.pk, code_id=code.pk)
    with pytest.raises(Refused, match="code_retired"):
        print_sheet(actor_id=shop.owner.pk, code_id=code.pk, sheet="svg")
    assert not PrintedSheet.objects.exists()


def test_a_till_added_later_can_have_its_own_code() -> None:
    shop = make_shop()
    bar = add_till(actor_id=shop.owner.pk, branch_id=shop.branch.pk, name="Bar")
    assert _static(shop, till_id=bar.pk).till_id == bar.pk
    assert _static(shop, till_id=None).till_id is None
