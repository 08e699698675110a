"""Rules about what stands beside the code: links, commands, pinned requirements, and whose machine it is."""

import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.core.management import get_commands
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from tests.house.tree import Finding, Tree, rule

PAPERS = ("*.md",)
HOME, FILE = "/home/", "file://"  # plants are put together, so that this file is clean itself
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`[^`\n]+`")
LINK = re.compile(
    r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*<?([^()\s<>]+(?:\([^()]*\))?)>?[^()]*\)|^\[[^\]]+\]:\s*(\S+)", re.M
)
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*\s*$", re.MULTILINE)
ELSEWHERE = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)


@rule(
    bad=[
        {"README.md": "See [the ledger](docs/LEDGER.md).\n"},
        {"README.md": "![poster](docs/poster.png)\n"},
        {"docs/A.md": "See [b](B.md#holds).\n", "docs/B.md": "# Journals\n"},
        {"docs/A.md": "See [here](#nowhere).\n"},
        {"docs/A.md": "See [the plan][p].\n\n[p]: PLAN.md\n"},
        {"docs/A.md": "See [up](../../secret.md).\n"},
    ],
    good=[
        {"README.md": "[b](docs/B.md#how-a-hold-ends-1) [w](https://x.example) [f](docs/) `[x](y)`\n",
         "docs/B.md": "# How a hold ends\n## How a `hold` ends\n```\n[x](y.md)\n# no heading\n```\n"},
        {"docs/A.md": '<a id="spot"></a>\n[here](#spot)\n'},
    ],
)  # fmt: skip
def links_resolve(tree: Tree) -> Iterator[Finding]:
    """Each link of README, CHANGELOG and docs/ leads to a file that is there, and to a heading in it."""
    for path in tree.matching(*PAPERS):
        text = tree.text(path)
        prose = SPAN.sub(_blank, FENCE.sub(_blank, text))
        for link in LINK.finditer(prose):
            target = link[1] or link[2]
            if ELSEWHERE.match(target):
                continue
            name, _, anchor = target.partition("#")
            line = text.count("\n", 0, link.start()) + 1
            there = (
                (tree.root / path).parent.joinpath(name).resolve() if name else (tree.root / path).resolve()
            )
            if not there.is_relative_to(tree.root.resolve()) or not there.exists():
                yield Finding(path, line, f"{target} leads nowhere")
            elif (
                anchor and there.suffix == ".md" and anchor not in _anchors(there.read_text(encoding="utf-8"))
            ):
                yield Finding(path, line, f"{target}: no such heading")


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0])


def _anchors(text: str) -> set[str]:
    """The anchors of a page as GitHub makes them, and those set by hand."""
    found = set(re.findall(r"<a\s+(?:id|name)=\"([^\"]+)\"", text))
    for heading in HEADING.findall(FENCE.sub(_blank, text)):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        slug = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        count = sum(1 for known in found if re.fullmatch(re.escape(slug) + r"(-\d+)?", known))
        found.add(f"{slug}-{count}" if slug in found else slug)
    return found


COMMAND = re.compile(r"(?<![\w./])\./run(?:[ \t]+(?P<name>[a-z][a-z_-]*))?(?:[ \t]+(?P<next>[a-z][a-z_]*))?")
_RUN = 'print("""./run            start\n./run test       tests\n./run manage X   Django\n./run bench X""")\n'


@rule(
    bad=[
        {"README.md": "Type `./run sing`.\n", "run": _RUN},
        {"docs/OPERATIONS.md": "```\n./run dance --slow\n```\n", "run": _RUN},
        {"README.md": "Type `./run test`.\n"},
        {"README.md": "Type `./run start`.\n", "run": _RUN},
        {"README.md": "Type `./run manage make_coffee`.\n", "run": _RUN},
        {"README.md": "Type `./run bench tea`.\n", "run": _RUN},
    ],
    good=[
        {"README.md": "`./run`, `./run test -k x`, ./run is quick; `./run manage migrate`\n", "run": _RUN},
        {"README.md": "`./run manage count`\n", "run": _RUN, "reports/management/commands/count.py": ""},
        {"README.md": "`./run bench post`\n", "run": _RUN, "benchmarks/post.py": ""},
        {"README.md": "`.ci/run`, `../run now`\n"},
    ],
)
def commands_exist(tree: Tree) -> Iterator[Finding]:
    """Each `./run …` that README or docs/ name is in `./run help`; manage and bench find what is named."""
    for path in tree.matching(*PAPERS):
        text = tree.text(path)
        for code in [*FENCE.finditer(text), *SPAN.finditer(FENCE.sub(_blank, text))]:
            for said in COMMAND.finditer(code[0]):
                line = text.count("\n", 0, code.start() + said.start()) + 1
                name, next_word = said["name"], said["next"]
                if name not in {None, *_run_commands(tree.root)}:
                    yield Finding(path, line, f"./run {name} is not in ./run help")
                elif name == "manage" and next_word and not _manages(tree, next_word):
                    yield Finding(path, line, f"./run manage {next_word}: no such command")
                elif name == "bench" and next_word and f"benchmarks/{next_word}.py" not in tree.files:
                    yield Finding(path, line, f"./run bench {next_word}: no such benchmark")


@cache
def _run_commands(root: Path) -> frozenset[str]:
    """The commands that `./run help` lists, one at the beginning of a line."""
    if not (root / "run").exists():
        return frozenset()
    told = subprocess.run(
        [sys.executable, "run", "help"], cwd=root, capture_output=True, text=True, timeout=30, check=True
    )
    return frozenset(re.findall(r"^\s*\./run ([a-z][a-z_-]*)", told.stdout, re.MULTILINE))


def _manages(tree: Tree, name: str) -> bool:
    return name in get_commands() or bool(tree.matching(f"*/management/commands/{name}.py"))


@rule(
    bad=[
        {"requirements.txt": "Django\n", "constraints.txt": "Django==5.2.19\n"},
        {"requirements.txt": "Django>=5.2\n"},
        {"requirements.txt": "Django>=5.2\n", "constraints.txt": "celery==5.5\n"},
        {"requirements.txt": "Django>=5.2,<5.3\n", "constraints.txt": "Django==6.0\n"},
        {"requirements.txt": "Django>=5.2\n", "constraints.txt": "Django>=5.2\n"},
        {"requirements.txt": "-r other.txt\n", "constraints.txt": ""},
        {"requirements.txt": "--index-url https://x.example/\n", "constraints.txt": ""},
        {"requirements.txt": "", "constraints.txt": f"x @ {FILE}/x.whl\n"},
    ],
    good=[
        {"requirements.txt": "# why\nDjango>=5.2,<5.3  # why\npsycopg[binary]>=3\n",
         "requirements-dev.txt": "-r requirements.txt\n",
         "constraints.txt": "django==5.2.19\npsycopg==3.2\npsycopg-binary==3.2\n"},
    ],
)  # fmt: skip
def requirements_are_pinned(tree: Tree) -> Iterator[Finding]:
    """Each requirement has a bound and one pinned version in constraints.txt that keeps it."""
    pins: dict[str, str] = {}
    for path, number, line in tree.lines("constraints.txt"):
        if wanted := line.partition(" #")[0].split("#")[0].strip():
            name, _, version = wanted.partition(";")[0].strip().partition("==")
            if re.fullmatch(r"[\w.-]+", name) and re.fullmatch(r"[\w.+!-]+", version):
                pins[canonicalize_name(name)] = version
            else:
                yield Finding(path, number, f"{wanted}: write name==version")
    for path, number, line in tree.lines("requirements*.txt"):
        wanted = line.split("#")[0].strip()
        if wanted.startswith("-r "):
            if not (tree.root / wanted[3:].strip()).exists():
                yield Finding(path, number, f"{wanted}: no such file")
        elif wanted:
            yield from (Finding(path, number, no) for no in _loose(wanted, pins))


def _loose(wanted: str, pins: dict[str, str]) -> Iterator[str]:
    try:
        requirement = Requirement(wanted)
    except InvalidRequirement:
        yield f"{wanted}: neither a requirement nor -r"
        return
    version = pins.get(canonicalize_name(requirement.name))
    if not requirement.specifier:
        yield f"{wanted}: no bound"
    if version is None:
        yield f"{requirement.name} is not in constraints.txt"
    elif not requirement.specifier.contains(version, prereleases=True):
        yield f"{wanted}: constraints.txt has {version}"


PERSONAL = re.compile(r"/home/[a-z]\w*/|/Users/[A-Za-z]\w*/|\b[A-Z]:\\+Users\\+\w|file:///[a-z]")
STANDARD_PLACES = {"/", "/app", "/home", "/mnt", "/opt", "/root", "/srv", "/tmp", "/usr/src", "/var"}


@rule(
    bad=[
        {"docs/OPERATIONS.md": f"cd {HOME}ann/quittance\n"},
        {"config/settings.py": f"DATA = '{HOME.replace('home', 'Users')}Ann/data'\n"},
        {"tests/golden/x.json": "C:" + r"\\Users\\Ann"},
        {"run": f"SOURCE = '{FILE}/srv/x'\n"},
    ],
    good=[{"docs/OPERATIONS.md": "cd /srv/quittance; ls ~/ /home/ /tmp/x\n"}],
)
def names_no_machine(tree: Tree) -> Iterator[Finding]:
    """No file names a developer's machine: no home folder, and not the folder this clone stands in."""
    root = tree.root.resolve()
    place = root if str(root.parent) in STANDARD_PLACES else root.parent
    here = re.compile(rf"(?<![\w.]){re.escape(str(place))}/")
    for path, number, line in tree.lines("*"):
        if named := PERSONAL.search(line) or here.search(line):
            yield Finding(path, number, f"names a machine: {named[0]}")
