""".env.example is complete: the variables in it are those that the code reads, neither more nor fewer."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.docs.reading import ROOT, page

# What the code reads and nobody sets by hand.
INTERNAL = {
    "QUITTANCE_STARTED": "`run` tells the launcher when it began",
    "QUITTANCE_TEST_ROLE": "tests/servers.py makes tests act as the app",
}
# What another program reads from the environment that we hand on.
HANDED_ON = {"WEB_CONCURRENCY": "uvicorn"}
READERS = {"text", "flag", "whole", "one_of", "folder", "keys", "dated_keys", "get", "pop", "getenv"}
ENVIRONMENTS = {"environ", "environment", "given", "whole"}
NAME = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+|PORT")
LINE = re.compile(r"^#([A-Z][A-Z0-9_]*)=(.*)$")


def sources() -> Iterator[Path]:
    yield from (ROOT / "config").glob("*.py")
    yield from (ROOT / "deploy").glob("*.py")
    yield ROOT / "run"


def reads(source: str) -> dict[str, object]:
    """Names of variables that a source reads from an environment, with the default that stands beside."""
    found: dict[str, object] = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            said = node.args if called in READERS else []
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            held = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
            said = [node.slice] if held in ENVIRONMENTS else []
        else:
            continue
        if said and isinstance(said[0], ast.Constant) and NAME.fullmatch(str(said[0].value)):
            beside = said[1].value if len(said) > 1 and isinstance(said[1], ast.Constant) else None
            found[str(said[0].value)] = found.get(str(said[0].value)) or beside
    return found


def read_by_the_project() -> dict[str, object]:
    found: dict[str, object] = {}
    for path in sources():
        for name, beside in reads(path.read_text(encoding="utf-8")).items():
            found[name] = found.get(name) or beside
    return found


def explained() -> dict[str, str]:
    """The variables of .env.example with the value shown; each stands under a line that says what it is."""
    lines = page(".env.example").splitlines()
    found = {}
    for above, line in zip(["", *lines], lines, strict=False):
        if shown := LINE.match(line):
            assert re.match(r"# [^-]", above), f"{line}: no word about it in the line above"
            found[shown[1]] = shown[2]
    return found


def test_a_reader_is_seen_in_each_of_its_shapes() -> None:
    source = """
a = env.text("FEE_PPM", "7"), whole("DATABASE_POOL", 0), os.environ.get("SECRET_KEY"), given["PORT"]
b = environment.get("NOT" + "THIS"), row["AMOUNT_MINOR"], money.get("EUR"), os.environ["EMAIL_HOST"]
"""
    assert reads(source) == {
        "FEE_PPM": "7",
        "DATABASE_POOL": 0,
        "SECRET_KEY": None,
        "PORT": None,
        "EMAIL_HOST": None,
    }


def test_the_example_names_what_the_code_reads() -> None:
    assert set(explained()) == (set(read_by_the_project()) - set(INTERNAL)) | set(HANDED_ON)


def test_defaults_in_the_example_are_those_of_the_code() -> None:
    shown = explained()
    told = {name: str(beside) for name, beside in read_by_the_project().items() if beside and name in shown}

    assert told
    assert {name: shown[name] for name in told} == told


def test_what_is_internal_is_still_read() -> None:
    assert set(INTERNAL) <= set(read_by_the_project())
