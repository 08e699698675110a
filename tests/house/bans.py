"""The ban list: what reads well for a week and costs for years."""

import ast
import re
from collections.abc import Iterator

from tests.house.tree import Finding, Tree, at, imports, product, rule


def _named(node: ast.AST) -> str:
    """The last part of a name or attribute, "" for anything else."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


@rule(
    bad=[
        {"wallets/apps.py": "from django.db.models.signals import post_save\n"},
        {"wallets/flows/x.py": "from django.dispatch import receiver\n"},
        {"people/apps.py": "from allauth.account import signals\n"},
        {"payments/tasks.py": "@receiver(saved)\ndef on_save(sender): ...\n"},
    ],
    good=[
        {"config/celery.py": "from celery.signals import worker_ready\n", "config/run.py": "import signal\n"}
    ],
)
def no_signals(tree: Tree) -> Iterator[Finding]:
    """No Django signals and no @receiver: who does what after a write stands in the flow."""
    for path, module in tree.python(product):
        for statement, _, full in imports(module, path):
            if full.startswith("django.dispatch") or (
                "signals" in full.split(".") and not full.startswith("celery")
            ):
                yield Finding(path, statement.lineno, f"{full}: call it from the flow")
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and _named(node.func) == "receiver":
                yield Finding(path, node.lineno, "@receiver: call it from the flow")


@rule(
    bad=[
        {"merchants/api/shops.py": "class Meta:\n    fields = '__all__'\n"},
        {"merchants/web/forms.py": "F = modelform_factory(M, fields='__all__')\n"},
        {"merchants/web/forms.py": "class Meta:\n    exclude: list = []\n"},
    ],
    good=[
        {
            "merchants/api/shops.py": "class Meta:\n    fields = ['name']\n",
            "merchants/x.py": "__all__ = ['x']\n",
        }
    ],
)
def fields_are_listed(tree: Tree) -> Iterator[Finding]:
    """No fields = "__all__" and no exclude: a new column must not be published by itself."""
    for path, module in tree.python(product):
        for node in ast.walk(module):
            if isinstance(node, ast.Constant) and node.value == "__all__":
                yield Finding(path, node.lineno, 'fields = "__all__": list them')
            elif isinstance(node, ast.ClassDef) and node.name == "Meta":
                for line in node.body:
                    targets = (
                        line.targets if isinstance(line, ast.Assign) else [getattr(line, "target", None)]
                    )
                    if any(isinstance(t, ast.Name) and t.id == "exclude" for t in targets):
                        yield Finding(path, line.lineno, "exclude: list what is shown instead")


BANNED_NAMES = {
    "GenericForeignKey": "a key that no database can hold",
    "FloatField": "float for money or measure: integers or DecimalField",
    "CreateView": "a generic view that writes: call a flow",
    "UpdateView": "a generic view that writes: call a flow",
    "DeleteView": "a generic view that writes: call a flow",
    "ModelViewSet": "a generic view that writes: call a flow",
    "CreateAPIView": "a generic view that writes: call a flow",
    "UpdateAPIView": "a generic view that writes: call a flow",
    "DestroyAPIView": "a generic view that writes: call a flow",
    "ListCreateAPIView": "a generic view that writes: call a flow",
}


@rule(
    bad=[{"wallets/models.py": f"x = models.{name}()\n"} for name in BANNED_NAMES]
    + [{"wallets/models.py": "from django.db.models import FloatField as F\n"}],
    good=[{"wallets/models.py": "x = models.BigIntegerField()\n", "tests/test_x.py": "x = FloatField\n"}],
)
def banned_names(tree: Tree) -> Iterator[Finding]:
    """Fields and views that the house does without."""
    for path, module in tree.python(lambda path: path.split("/")[0] != "tests"):
        for node in ast.walk(module):
            if (name := _named(node)) in BANNED_NAMES:
                yield at(path, node, f"{name}: {BANNED_NAMES[name]}")
        for statement, _, full in imports(module, path):
            if (name := full.rpartition(".")[2]) in BANNED_NAMES:
                yield Finding(path, statement.lineno, f"{name}: {BANNED_NAMES[name]}")


@rule(
    bad=[
        {"wallets/flows/x.py": "x = datetime.utcnow()\n"},
        {"wallets/flows/x.py": "x = datetime.datetime.now()\n"},
        {"wallets/flows/x.py": "x = datetime.today()\n"},
        {"tests/test_x.py": "x = datetime.fromtimestamp(0)\n"},
    ],
    good=[{"wallets/flows/x.py": "x = datetime.now(UTC)\ny = timezone.now()\nz = datetime.now(tz=UTC)\n"}],
)
def moments_have_a_zone(tree: Tree) -> Iterator[Finding]:
    """No naive datetime: a moment without a zone is wrong twice a year."""
    for path, module in tree.python():
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                if _named(node.func.value) != "datetime":
                    continue
                given = len(node.args) + len(node.keywords)
                needs = {"utcnow": 9, "today": 9, "now": 1, "fromtimestamp": 2}.get(node.func.attr, 0)
                if given < needs:
                    yield Finding(path, node.lineno, f"datetime.{node.func.attr}() without a zone")


@rule(
    bad=[
        {"wallets/tasks.py": "try:\n    x()\nexcept Exception:\n    pass\n"},
        {"wallets/tasks.py": "try:\n    x()\nexcept:\n    y()\n"},
        {"wallets/tasks.py": "try:\n    x()\nexcept (ValueError, BaseException):\n    ...\n"},
        {"wallets/tasks.py": "for a in b:\n    try:\n        x()\n    except Exception:\n        continue\n"},
        {"wallets/tasks.py": "with contextlib.suppress(Exception):\n    x()\n"},
    ],
    good=[
        {"wallets/tasks.py": "try:\n    x()\nexcept Exception:\n    log.exception('x')\n    raise\n"},
        {"wallets/tasks.py": "try:\n    x()\nexcept ValueError:\n    pass\n"},
    ],
)
def nothing_is_swallowed(tree: Tree) -> Iterator[Finding]:
    """No bare except, and no Exception caught to do nothing: a fault that is not seen is not mended."""
    wide = {"Exception", "BaseException"}
    for path, module in tree.python():
        for node in ast.walk(module):
            if isinstance(node, ast.ExceptHandler):
                caught = {_named(kind) for kind in ast.walk(node.type)} if node.type else wide
                idle = all(
                    isinstance(line, ast.Pass | ast.Continue)
                    or (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))
                    for line in node.body
                )
                if node.type is None or (wide & caught and idle):
                    yield Finding(path, node.lineno, "an exception swallowed: name it, log it or let it rise")
            elif isinstance(node, ast.Call) and _named(node.func) == "suppress":
                for _ in wide & {_named(kind) for kind in node.args}:
                    yield Finding(path, node.lineno, "suppress(Exception): name what is expected")


@rule(
    bad=[
        {"wallets/migrations/0002_auto_20260101_0900.py": ""},
        {"wallets/migrations/0002_seed.py": "x = migrations.RunSQL('CREATE TABLE x ()')\n"},
        {"wallets/migrations/0002_seed.py": "x = RunPython(seed)\n"},
    ],
    good=[
        {"wallets/migrations/0002_seed.py": "x = RunPython(seed, unseed)\n"},
        {"wallets/migrations/0002_seed.py": "x = RunSQL('a', reverse_sql='b')\n"},
    ],
)
def migrations_are_named_and_reversible(tree: Tree) -> Iterator[Finding]:
    """A migration says in its name what it does, and how it is undone."""
    for path, module in tree.python(lambda path: "/migrations/" in path):
        if "_auto_" in path:
            yield Finding(path, 1, "name it for what it does")
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and _named(node.func) in {"RunSQL", "RunPython"}:
                ways = len(node.args) + sum((k.arg or "").startswith("reverse_") for k in node.keywords)
                if ways < 2:
                    yield Finding(path, node.lineno, "no way back: say how it is undone")


# The words are written with a class in them, so that this file does not hold them itself.
# (A quoted one is the ISO 4217 code of no currency.)
UNFINISHED = re.compile(r"\b(TO[D]O|FI[X]ME|(?<![\"'])X[X]X|NotImplemented[E]rror|for[ ]now)\b")


@rule(
    bad=[
        {"wallets/tasks.py": "# TO" + "DO later\n"},
        {"docs/LEDGER.md": "This is enough for" + " now.\n"},
        {"config/urls.py": "# X" + "XX mend\n"},
        {"wallets/rails/base.py": "raise NotImplemented" + "Error\n"},
    ],
    good=[
        {"wallets/tasks.py": "x = NotImplemented\n", "tests/test_money.py": "NO_CURRENCY = 'X" + "XX'\n"},
        {"docs/LEDGER.md": "Ask for nowadays' rates.\n"},
    ],
)
def nothing_is_unfinished(tree: Tree) -> Iterator[Finding]:
    """No note to oneself: what is not done is an issue, and what is done needs none."""
    for path, number, line in tree.lines("*.py", "*.html", "*.md", "*.sql", "*.css", "run"):
        if word := UNFINISHED.search(line):
            yield Finding(path, number, f"says {word[0]!r}: finish it or leave it out")


_ASSERTING = re.compile(r"assert|raises|expect|check|must")


def _asserts(node: ast.AST) -> bool:
    return isinstance(node, ast.Assert) or (
        isinstance(node, ast.Call) and _ASSERTING.search(ast.unparse(node.func)) is not None
    )


@rule(
    bad=[
        {"tests/test_x.py": "def test_x():\n    pay()\n"},
        {"tests/wallets/test_y.py": "class TestY:\n    def test_y(self):\n        x = 1\n"},
    ],
    good=[
        {"tests/test_x.py": "def test_x():\n    assert pay()\n"},
        {"tests/test_x.py": "def test_x():\n    with pytest.raises(E):\n        pay()\n"},
        {"tests/test_x.py": "def test_x():\n    check_books()\ndef helper():\n    pass\n"},
    ],
)
def tests_assert(tree: Tree) -> Iterator[Finding]:
    """A test that asserts nothing proves only that nothing was raised."""
    for path, module in tree.python(lambda path: path.startswith("tests/")):
        for node in ast.walk(module):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            if node.name.startswith("test_") and not any(map(_asserts, ast.walk(node))):
                yield Finding(path, node.lineno, f"{node.name} asserts nothing")
