"""Rules about the shape of files: how long, how named, where imports stand, what opens a module."""

import ast
from collections.abc import Iterator

from tests.house.tree import Finding, Tree, at, called, imports, rule

FILE_LINES, FUNCTION_LINES = 300, 50
VAGUE = {"utils", "helpers", "common"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


@rule(
    bad=[{"wallets/long.py": "x = 1\n" * (FILE_LINES + 1)}, {"run": "x = 1\n" * (FILE_LINES + 1)}],
    good=[{"wallets/fits.py": "x = 1\n" * FILE_LINES, "base/migrations/0001_all.py": "x = 1\n" * 900}],
)
def short_files(tree: Tree) -> Iterator[Finding]:
    """A file has at most 300 lines."""
    for path, _ in tree.python(lambda path: "/migrations/" not in path):
        lines = tree.text(path).count("\n")
        if lines > FILE_LINES:
            yield Finding(
                path, 1, f"{lines} lines, {FILE_LINES} allowed: split it where the story has a seam"
            )


@rule(
    bad=[
        {"wallets/flows/post.py": "def post():\n" + "    x = 1\n" * FUNCTION_LINES},
        {
            "tests/test_long.py": "class T:\n    async def test_x(self):\n"
            + "        x = 1\n" * FUNCTION_LINES
        },
    ],
    good=[{"wallets/flows/post.py": "def post():\n" + "    x = 1\n" * (FUNCTION_LINES - 1)}],
)
def short_functions(tree: Tree) -> Iterator[Finding]:
    """A function has at most 50 lines, its `def` line counted."""
    for path, module in tree.python(lambda path: "/migrations/" not in path):
        for node in ast.walk(module):
            if isinstance(node, Function):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > FUNCTION_LINES:
                    yield Finding(
                        path, node.lineno, f"{node.name} has {lines} lines, {FUNCTION_LINES} allowed"
                    )


@rule(
    bad=[{"payments/utils.py": ""}, {"tests/helpers.py": ""}, {"base/common/money.py": ""}],
    good=[{"payments/core/splits.py": "", "docs/common.md": ""}],
)
def telling_names(tree: Tree) -> Iterator[Finding]:
    """No utils, helpers or common: a file is named for what it does."""
    for path in tree.matching("*.py"):
        if VAGUE & set(path.removesuffix(".py").split("/")):
            yield Finding(path, 1, "a name that says nothing: name it for what it does")


@rule(
    bad=[
        {"payments/flows/settle.py": "def settle():\n    from wallets.flows import post\n"},
        {"run": "def start():\n    import json\n"},
    ],
    good=[{"payments/flows/settle.py": "try:\n    import lxml\nexcept ImportError:\n    lxml = None\n"}],
)
def imports_at_the_top(tree: Tree) -> Iterator[Finding]:
    """No import inside a function: an optional package is tried at the top of its one module."""
    for path, module in tree.python():
        inner = {
            statement.lineno
            for node in ast.walk(module)
            if isinstance(node, Function)
            for statement, _, _ in imports(node, path)
        }
        for line in sorted(inner):
            yield Finding(path, line, "import inside a function: move it to the top of the module")


@rule(
    bad=[
        {"wallets/queries.py": "x = 1\n"},
        {"tests/test_x.py": "import os\n"},
    ],
    good=[
        {"wallets/queries.py": '"""What a wallet holds, read only."""\n', "wallets/__init__.py": ""},
        {"wallets/apps.py": "x = 1\n", "wallets/migrations/0001_first.py": "x = 1\n"},
    ],
)
def modules_open_with_a_word(tree: Tree) -> Iterator[Finding]:
    """A module opens with its job and its promise."""
    for path, module in tree.python(lambda path: "/migrations/" not in path):
        if path.endswith(("/apps.py", "__init__.py")) or not module.body:
            continue
        if ast.get_docstring(module) is None:
            yield Finding(path, 1, "no docstring: say the module's job and its promise in two to six lines")


IMPURE_IMPORTS = {
    "random", "secrets", "time", "os", "socket", "ssl", "http", "subprocess", "threading", "asyncio",
    "redis", "psycopg", "requests", "httpx", "urllib.request",
}  # fmt: skip
CLOCKS = {"now", "utcnow", "today", "uuid1", "uuid4"}


@rule(
    bad=[
        {"wallets/core/limits.py": "RATE = 0.5\n"},
        {"wallets/core/limits.py": "def share(x: float) -> int:\n    return x\n"},
        {"wallets/core/limits.py": "x = float('1')\n"},
        {"base/core/clock.py": "from datetime import UTC, datetime\nx = datetime.now(UTC)\n"},
        {"base/core/clock.py": "import datetime\nx = datetime.date.today()\n"},
        {"base/core/clock.py": "import time\n"},
        {"payments/core/fees.py": "from random import randint\n"},
        {"payments/core/fees.py": "from urllib.request import urlopen\n"},
        {"base/core/ids.py": "import uuid\nx = uuid.uuid4()\n"},
    ],
    good=[
        {"wallets/core/limits.py": "from datetime import time\nfrom uuid import UUID\nRATE_PPM = 5_000\n"},
        {"base/flows/retry.py": "import random\nx = 0.5\n"},
    ],
)
def pure_core(tree: Tree) -> Iterator[Finding]:
    """core/ has no float, no clock, no chance, no network and no environment: they are arguments."""
    for path, module in tree.rooms("core"):
        for statement, _, full in imports(module, path):
            if any(full == name or full.startswith(name + ".") for name in IMPURE_IMPORTS):
                yield Finding(path, statement.lineno, f"{full} in core: hand its result in as an argument")
        for node in ast.walk(module):
            if isinstance(node, ast.Constant) and isinstance(node.value, float):
                yield Finding(path, node.lineno, f"float {node.value}: integers, or Decimal from text")
            elif isinstance(node, ast.Name) and node.id == "float":
                yield Finding(path, node.lineno, "float in core: integers, or Decimal from text")
            elif (clock := called(node)) in CLOCKS:
                yield at(path, node, f"{clock}() in core: hand the moment or id in")


@rule(
    bad=[
        {"wallets/flows/odd/post.py": "def enter():\n    pass\n"},
        {"wallets/flows/post.py": "class post: ...\n"},
    ],
    good=[
        {"wallets/flows/post.py": "async def post(): ...\ndef more(): ...\n", "wallets/flows/__init__.py": ""}
    ],
)
def flows_named_for_their_story(tree: Tree) -> Iterator[Finding]:
    """A flow file has a public function of its own name."""
    for path, module in tree.rooms("flows"):
        name = path.removesuffix(".py").split("/")[-1]
        functions = {node.name for node in module.body if isinstance(node, Function)}
        if name != "__init__" and name not in functions:
            yield Finding(
                path, 1, f"no function {name}(): one story a file, told by the function of its name"
            )


@rule(
    bad=[
        {"payments/flows/settle.py": "def settle(limit): ...\n"},
        {"payments/flows/settle.py": "@once\ndef settle(*ids): ...\n"},
    ],
    good=[
        {
            "payments/flows/settle.py": "def settle(*, limit): ...\n",
            "base/flows/retry.py": "def retry(flow): ...\n",
        }
    ],
)
def flows_take_names(tree: Tree) -> Iterator[Finding]:
    """A flow takes keyword-only arguments; base's flows wrap functions and may take one by place."""
    for path, module in tree.rooms("flows"):
        name = path.removesuffix(".py").split("/")[-1]
        for node in module.body:
            if not isinstance(node, Function) or node.name != name or path.startswith("base/"):
                continue
            if node.args.posonlyargs or node.args.args or node.args.vararg:
                yield Finding(path, node.lineno, f"{name}() takes an argument by place: begin with a star")
