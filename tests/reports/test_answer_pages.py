"""The pages of answers to an authority: who sees them, and an owner's own transfers, seen by nobody else."""

import pytest
from django.test import Client

from merchants.models import Branch, Membership, Merchant
from reports.flows.build_pack import build_pack
from reports.models import AnswerPack
from tests.factories import make_member, make_person, make_shop
from tests.reports.answering import figures, made, rows_of, text_of
from tests.reports.conftest import on
from tests.wallets.orders import sends


@pytest.fixture
def own(trade):
    """The owner's answer, with what a friend sent to the owner's own wallet."""
    friend = make_person(funds={"EUR": 5_000})
    sends(friend, trade.shop.owner, 700, note="rent", happened_at=on(9))
    return made(trade, actor_id=trade.shop.owner.pk, personal=True)


def test_an_owners_own_transfers_are_apart_and_seen_by_the_owner_only(trade, own, client_of):
    assert figures(own)["paid_and_personal"] == figures(own)["paid"] + 700
    (row,) = [row for row in rows_of(own) if row["kind"] == "personal_received"]
    assert (row["personal_transfer"], row["total"], row["reference"]) == ("7.00", "", "")
    assert "Personal: received, 1 transfers" in text_of(own)
    home = f"/books/{trade.shop.merchant.pk}/answers/"
    addresses = [f"{home}{own.pk}/", f"{home}{own.pk}/paper.pdf", f"{home}{own.pk}/receipts.csv"]
    for address in addresses:
        assert client_of(trade.shop.owner).get(address).status_code == 200
        assert client_of(trade.accountant).get(address).status_code == 404
    assert str(own.pk) in client_of(trade.shop.owner).get(home).content.decode()
    assert str(own.pk) not in client_of(trade.accountant).get(home).content.decode()


@pytest.fixture
def home(trade) -> str:
    return f"/books/{trade.shop.merchant.pk}/answers/"


def test_the_pages_are_for_those_who_may_export(trade, home, client_of):
    pack = made(trade)
    addresses = [home, f"{home}{pack.pk}/", f"{home}{pack.pk}/paper.pdf", f"{home}{pack.pk}/receipts.csv"]
    for actor in (trade.shop.owner, trade.accountant, make_member(trade.shop, "manager")):
        assert [client_of(actor).get(address).status_code for address in addresses] == [200] * 4
    for actor in (trade.payer, trade.shop.cashier, make_shop().owner):
        assert [client_of(actor).get(address).status_code for address in addresses] == [404] * 4
        assert client_of(actor).post(home, {"amount": "1"}).status_code == 404
    for address in addresses:
        assert Client().get(address)["Location"].startswith("/accounts/login/")
    other = make_shop()
    Membership.objects.create(merchant=other.merchant, person=trade.accountant, role="accountant")
    assert (
        client_of(trade.accountant).get(f"/books/{other.merchant.pk}/answers/{pack.pk}/").status_code == 404
    )


def test_asked_for_and_watched(trade, desk, home):
    form = {"amount": "31.52", "currency": "EUR", "period": "other", "days": "2026-11-01..2026-11-30"}
    answer = desk.post(home, form)
    pack = AnswerPack.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"{home}{pack.pk}/")
    assert 'http-equiv="refresh"' in desk.get(f"{home}{pack.pk}/").content.decode()
    assert desk.get(f"{home}{pack.pk}/paper.pdf").status_code == 409
    AnswerPack.objects.update(state="building", receipts_total=5, receipts_done=2, started_at=on(1))
    assert "2 of 5 receipts are read" in desk.get(f"{home}{pack.pk}/").content.decode()
    assert build_pack(pack_id=pack.pk)  # the builder of 1 November is gone long ago
    text = desk.get(f"{home}{pack.pk}/").content.decode()
    assert 'http-equiv="refresh"' not in text
    assert "together they equal the ledger" in text
    assert "nearest" in text
    paper = desk.get(f"{home}{pack.pk}/paper.pdf")
    assert b"".join(paper.streaming_content).startswith(b"%PDF")
    assert "quittance-cafe-morgenrot-2026-11-01..2026-11-30-answer.pdf" in paper["Content-Disposition"]


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"amount": "1,000"}, "thousands"),
        ({"period": "other", "days": "last year"}, "Name a month"),
        ({"amount": ""}, "required"),
    ],
)
def test_what_is_wrong_stands_at_its_field(desk, home, wish, words):
    answer = desk.post(home, {"amount": "1", "currency": "EUR", "period": "2026-11"} | wish)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not AnswerPack.objects.exists()


def test_hostile_names(trade, desk, home):
    Merchant.objects.filter(pk=trade.shop.merchant.pk).update(
        trade_name="<script>\N{RIGHT-TO-LEFT OVERRIDE}茶 ☃", legal_name="=cmd()|'\U0001f600"
    )
    Branch.objects.filter(pk=trade.shop.branch.pk).update(name="x" * 60)
    pack = made(trade)
    assert "\N{REPLACEMENT CHARACTER}" in text_of(pack)
    assert "<script>" not in desk.get(f"{home}{pack.pk}/").content.decode()
