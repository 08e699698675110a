"""Ask for an answer, have it made, and read its two files as a stranger would."""

import csv
import hashlib
import io

from pypdf import PdfReader

from reports.flows.build_pack import build_pack
from reports.flows.request_pack import request_pack
from reports.models import AnswerPack


def ask(trade, amount="31.52", **fields) -> AnswerPack:
    plain = {"actor_id": trade.accountant.pk, "currency": "EUR", "period": "2026-11"}
    return request_pack(merchant_id=trade.shop.merchant.pk, amount=amount, **plain | fields)


def made(trade, **fields) -> AnswerPack:
    pack = ask(trade, **fields)
    assert build_pack(pack_id=pack.pk)
    pack.refresh_from_db()
    return pack


def rows_of(pack: AnswerPack) -> list[dict[str, str]]:
    content = (pack.folder / f"{pack.csv_sha256}.csv").read_bytes()
    assert hashlib.sha256(content).hexdigest() == pack.csv_sha256
    return list(csv.DictReader(io.StringIO(content.decode(), newline=""), strict=True))


def text_of(pack: AnswerPack) -> str:
    content = (pack.folder / f"{pack.pdf_sha256}.pdf").read_bytes()
    assert hashlib.sha256(content).hexdigest() == pack.pdf_sha256
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def figures(pack: AnswerPack) -> dict[str, int]:
    return {code: minor for code, minor, _, _ in pack.result["candidates"]}
