"""The till as an app: what the browser is told of it, and the two files that belong to nobody."""

import json
import re
import struct
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from tests.payments.till.shop_floor import Floor

pytestmark = pytest.mark.django_db


def test_the_manifest_is_of_this_till(floor: Floor) -> None:
    answer = floor.browser("cashier").get(f"{floor.till}manifest.webmanifest")
    assert answer.headers["Content-Type"] == "application/manifest+json"
    assert answer.headers["Cache-Control"] == "no-store"
    said = json.loads(answer.content)
    assert said["name"] == "Till 1 · Café Morgenrot" and said["display"] == "standalone"
    assert said["start_url"] == said["id"] == floor.till
    assert {(icon["sizes"], icon["purpose"]) for icon in said["icons"]} == {
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    }
    for icon in said["icons"]:
        found = finders.find(icon["src"].removeprefix(settings.STATIC_URL))
        assert found is not None
        sizes = struct.unpack(">II", Path(found).read_bytes()[16:24])
        assert "{}x{}".format(*sizes) == icon["sizes"]
    page = floor.browser("cashier").get(floor.till).content.decode()
    link = f'<link rel="manifest" href="{floor.till}manifest.webmanifest" crossorigin="use-credentials">'
    assert page.count('rel="manifest"') == 1 and link in page


def test_the_worker_is_asked_for_anew_and_serves_the_till_alone(client: Client) -> None:
    answer = client.get("/till/worker.js")
    script = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Service-Worker-Allowed"] == "/till/"
    assert '"/till/offline/"' in script
    assert client.post("/till/worker.js").status_code == 405


def test_the_page_without_a_line_is_the_same_for_everybody_and_claims_nothing(floor: Floor) -> None:
    seen = [floor.browser(role).get("/till/offline/") for role in ("anonymous", "cashier")]
    texts = [re.sub(r'nonce="[^"]+"', "", answer.content.decode()) for answer in seen]
    assert texts[0] == texts[1]
    assert "Not live" in texts[0] and "PAID" not in texts[0] and "Sign out" not in texts[0]


def test_each_page_of_the_till_says_what_proves_a_payment(floor: Floor) -> None:
    proof = "The till is the only proof. A picture on a customer’s phone proves nothing."
    for page in ("", "watch/"):
        answer = floor.browser("cashier").get(floor.till + page).content.decode()
        assert answer.count(proof) == 1
        assert 'data-tag="de-DE"' in answer and 'data-zone="Europe/Berlin"' in answer
