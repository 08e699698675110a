"""`qr_decode` and `qr_encode`: one line out, exit code 1 for a no, and no database near them."""

import io
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from deploy.environment import PYTHON, ROOT
from merchants.qr import emv
from tests.merchants.qr.samples import PLAIN

PAYLOAD = emv.encode(PLAIN)
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """Put bytes on standard input."""

    def put(data: bytes) -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data), encoding="latin-1"))

    return put


def told(capsys: Capture, *command: str) -> Any:
    call_command(*command)
    out = capsys.readouterr().out
    assert out.endswith("\n") and out.count("\n") == 1
    return json.loads(out)


def refused(capsys: Capture, *command: str) -> dict[str, Any]:
    with pytest.raises(SystemExit) as end:
        call_command(*command)
    assert end.value.code == 1
    answer = json.loads(capsys.readouterr().out)
    assert set(answer) == {"refused", "detail"}
    assert {"position", "reason"} <= set(answer["detail"])
    found: dict[str, Any] = answer
    return found


def test_a_payload_is_told_as_one_object(capsys: Capture) -> None:
    assert told(capsys, "qr_decode", PAYLOAD) == {
        "standard": "emv",
        "profile": "",
        "fields": {**PLAIN, "63": PAYLOAD[-4:]},
        "crc_ok": True,
        "warnings": [],
    }


def test_other_scripts_are_not_escaped(capsys: Capture) -> None:
    call_command("qr_decode", PAYLOAD)

    assert "Café Zentral" in capsys.readouterr().out


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_one_line_end_of_the_shell_is_no_part_of_the_payload(
    end: str, capsys: Capture, typed: Callable[[bytes], None]
) -> None:
    typed((PAYLOAD + end).encode())

    assert told(capsys, "qr_decode", "-")["fields"]["64"]["01"] == "Café Zentral"
    assert told(capsys, "qr_decode", PAYLOAD + end)["crc_ok"]


@pytest.mark.parametrize("end", [" ", "\n\n", "\r"])
def test_anything_more_is(end: str, capsys: Capture, typed: Callable[[bytes], None]) -> None:
    typed((PAYLOAD + end).encode())

    assert refused(capsys, "qr_decode", "-")["refused"] == "qr_malformed"


def test_line_ends_inside_reach_the_reader_as_they_are(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture, typed: Callable[[bytes], None]
) -> None:
    seen: list[str] = []

    def claims(text: str) -> bool:
        seen.append(text)
        return False

    monkeypatch.setattr(emv, "reads", claims)
    for given in (b"BCD\n002\r\n1\n\nx\n", b"BCD\n\n"):
        typed(given)
        refused(capsys, "qr_decode", "-")

    assert seen == ["BCD\n002\r\n1\n\nx", "BCD\n"]


def test_a_damaged_payload_is_refused_with_its_place(capsys: Capture) -> None:
    answer = refused(capsys, "qr_decode", PAYLOAD.replace("WIEN", "WEIN", 1))

    assert (answer["refused"], answer["detail"]["position"]) == ("qr_crc_wrong", len(PAYLOAD) - 4)


def test_bytes_that_are_no_text_are_refused_with_their_place(
    capsys: Capture, typed: Callable[[bytes], None]
) -> None:
    typed("é0".encode() + b"\xff")

    assert refused(capsys, "qr_decode", "-")["detail"]["position"] == 2


@pytest.mark.parametrize("given", [PLAIN, {"standard": "emv", "fields": PLAIN, "warnings": []}])
def test_fields_of_a_file_are_written(given: Any, tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "fields.json"
    file.write_text(json.dumps(given))
    call_command("qr_encode", "emv", "--json", str(file))

    assert capsys.readouterr().out == PAYLOAD + "\n"


def test_fields_of_standard_input_are_written(capsys: Capture, typed: Callable[[bytes], None]) -> None:
    typed(json.dumps(PLAIN, ensure_ascii=False).encode())
    call_command("qr_encode", "emv", "--json", "-")

    assert capsys.readouterr().out == PAYLOAD + "\n"


@pytest.mark.parametrize(
    ("given", "field", "position"),
    [
        (json.dumps({**PLAIN, "54": "1,5"}), "54", 85),
        ("", "", 0),
        ('{"00": }', "", 7),
        ("[]", "", 0),
        ('"x"', "", 0),
        ("1" * 5000, "", 0),
        ("[" * 100_000, "", 0),
        ('{"00": "01", "00": "01"}', "00", 0),
    ],
)
def test_fields_that_are_none_are_refused(
    given: str, field: str, position: int, capsys: Capture, typed: Callable[[bytes], None]
) -> None:
    typed(given.encode())
    answer = refused(capsys, "qr_encode", "emv", "--json", "-")

    assert answer["refused"] == "qr_field_invalid"
    assert (answer["detail"]["field"], answer["detail"]["position"]) == (field, position)


def test_a_file_that_is_not_there_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("qr_encode", "emv", "--json", str(tmp_path / "none"))


@pytest.mark.parametrize("standard", ["link", "cpm", "nothing"])
def test_only_what_can_be_written_from_fields_is_offered(standard: str) -> None:
    with pytest.raises(CommandError, match="invalid choice"):
        call_command("qr_encode", standard, "--json", "-")


def test_a_terminal_without_utf_8_and_a_machine_without_servers_do() -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.endswith("_URL")},
        "PYTHONIOENCODING": "latin-1",
        "PYTHONUTF8": "0",
    }
    decode, encode = (
        subprocess.run(
            [PYTHON, "-m", "deploy", "manage", *command],
            cwd=ROOT, env=environment, input=given, capture_output=True, timeout=60,
        )
        for command, given in (
            (["qr_decode", "-"], f"{PAYLOAD}\n".encode()),
            (["qr_encode", "emv", "--json", "-"], json.dumps(PLAIN).encode()),
        )
    )  # fmt: skip

    assert json.loads(decode.stdout.decode())["fields"]["64"]["01"] == "Café Zentral"
    assert encode.stdout.decode() == f"{PAYLOAD}\n"
    assert (decode.returncode, encode.returncode, decode.stderr, encode.stderr) == (0, 0, b"", b"")
