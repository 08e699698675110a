"""docs/API.md: its example is sent, and its table of codes is compared with the code."""

import ast
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client
from rest_framework import exceptions

from people.models import User
from tests.docs.reading import ROOT, page, rows, section
from tests.factories import make_shop

PAGE = page("docs/API.md")
APPS = ("base", "people", "wallets", "taxes", "merchants", "payments", "reports")
# What the API's own addresses run through.
SPEAKERS = (
    "payments/api",
    "payments/flows/charge.py",
    "merchants/flows/create_qr.py",
    "merchants/queries",
    "merchants/core/identity.py",
    "taxes/queries/__init__.py",
    "base/flows/once.py",
    "config/errors.py",
)
# What these modules also say, and why no client of the API meets it.
NOT_MET = {
    "code_unknown": "said of a scanned link",
    "sheet_unknown": "said of a printed sheet",
    "page_too_old": "said by pages",
    "tax_number_invalid": "said at registration",
    "invite_unknown": "said of an invitation's link",
    "split_unknown": "said of an offer's link",
}
Statuses = dict[str, set[int]]


def said_in(source: str) -> Iterator[tuple[str, int]]:
    """Each `Refused("code", …, status=…)` and `_answer(status, "code", …)` of a source."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        said = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
        if node.func.id == "Refused" and said and isinstance(node.args[0], ast.Constant):
            given = {key.arg: key.value for key in node.keywords}
            status = given.get("status", ast.Constant(400))
            assert isinstance(status, ast.Constant), said
            yield str(said[0]), int(str(status.value))
        elif node.func.id == "_answer" and len(said) > 1:
            yield str(said[1]), int(str(said[0]))


def found_in(*places: str) -> Statuses:
    found: Statuses = defaultdict(set)
    for place in places:
        files: list[Path] = [ROOT / place] if place.endswith(".py") else sorted((ROOT / place).rglob("*.py"))
        for path in files:
            for code, status in said_in(path.read_text(encoding="utf-8")):
                found[code].add(status)
    return found


def of_the_framework() -> Statuses:
    """The codes of the REST framework's own errors."""
    kinds = [kind for kind in vars(exceptions).values() if isinstance(kind, type)]
    errors = [kind for kind in kinds if issubclass(kind, exceptions.APIException)]
    found: Statuses = defaultdict(set)
    for kind in errors:
        found[str(kind.default_code)].add(int(kind.status_code))
    found["not_authenticated"].add(403)  # sessions have no challenge to answer with, so it is not 401
    return found


def told() -> dict[str, int]:
    return {code: int(status) for code, status, _ in rows(section(PAGE, "When the answer is no"))}


def test_the_reader_of_codes_reads() -> None:
    source = (
        'raise Refused("a", "x", status=404)\nreturn Refused("b")\n_answer(409, "c", "d")\nRefused(no.code)'
    )

    assert list(said_in(source)) == [("a", 404), ("b", 400), ("c", 409)]


def test_each_code_of_the_page_is_said_with_its_status() -> None:
    known, framework = found_in(*APPS, "config"), of_the_framework()
    wrong = {code: status for code, status in told().items() if status not in known[code] | framework[code]}

    assert len(told()) > 20
    assert not wrong


def test_each_code_that_the_api_says_is_on_the_page() -> None:
    spoken = found_in(*SPEAKERS)

    assert not set(spoken) - set(told()) - set(NOT_MET)


@pytest.mark.django_db
def test_the_example_works_as_written(client_of: Callable[[User], Client]) -> None:
    asked, answered = (json.loads(text) for text in re.findall(r"^```json\n(.+?)^```", PAGE, re.M | re.S))
    shop = make_shop()
    answer = client_of(shop.cashier).post(
        f"/api/tills/{shop.till.pk}/codes",
        asked,
        content_type="application/json",
        headers={"Idempotency-Key": "order 4711"},
    )

    got = answer.json()
    assert answer.status_code == 201
    assert set(got) == set(answered)
    assert [got[name] for name in ("reference", "currency", "amounts")] == [
        answered[name] for name in ("reference", "currency", "amounts")
    ]


@pytest.mark.django_db
def test_a_stranger_reads_problem_details(client_of: Callable[[User], Client]) -> None:
    shop, other = make_shop(), make_shop()
    answers = [
        client.get(f"/api/tills/{shop.till.pk}/events") for client in (Client(), client_of(other.cashier))
    ]

    assert [(answer.status_code, answer.json()["title"]) for answer in answers] == [
        (403, "not_authenticated"),
        (404, "not_found"),
    ]
    assert {answer["Content-Type"] for answer in answers} == {"application/problem+json"}
