"""Rules about doors: what an edge may touch, who reads ledger rows, how plugs and doorbells are reached."""

import ast
import re
from collections.abc import Iterator

from tests.house.tree import EDGES, Finding, Tree, at, called, imports, product, rule

PLUGS = {
    "merchants/qr": "STANDARDS",
    "merchants/sheets": "SHEETS",
    "wallets/rails": "RAILS",
    "payments/fx": "RATE_SOURCES",
    "reports/formats": "FORMATS",
}
# Who may ask for a kind may differ: a folder can have a second dict.
SECOND = {"reports/formats": "PLATFORM_FORMATS"}
LEDGER_TABLE = re.compile(r"\bwallets_(entry|journal|account|hold)\b")


@rule(
    bad=[
        {"payments/web/pay.py": "from payments.models import Payment\nx = Payment.objects.first()\n"},
        {"payments/api.py": "def go(payment):\n    payment.save()\n"},
        {"people/admin.py": "x = form.instance.save(update_fields=['a'])\n"},
        {"base/management/commands/x.py": "x = Event.objects\n"},
        {"wallets/templatetags/money.py": "x = Account.objects.count()\n"},
    ],
    good=[
        {"payments/queries.py": "x = Payment.objects.all()\n", "payments/web/pay.py": "x = payments_of(1)\n"},
        {"payments/flows/settle.py": "def settle(*, p):\n    p.save()\n"},
    ],
)
def edges_touch_no_rows(tree: Tree) -> Iterator[Finding]:
    """An edge parses, authorises, calls one flow or query and renders: no .save( and no .objects."""
    for path, module in tree.rooms(*EDGES):
        for node in ast.walk(module):
            if isinstance(node, ast.Attribute) and node.attr == "objects":
                yield Finding(path, node.lineno, ".objects in an edge: ask a query or a flow")
            elif called(node) == "save":
                yield at(path, node, ".save() in an edge: a flow writes")


@rule(
    bad=[
        {"payments/flows/settle.py": "from payments.tasks import settle_due\ndef settle(): ...\n"},
        {"payments/flows/settle.py": "from payments import tasks\ndef settle(): ...\n"},
        {"payments/flows/settle.py": "import reports.tasks\ndef settle(): ...\n"},
    ],
    good=[{"payments/flows/settle.py": "from base.flows.ring import ring\ndef settle(): ...\n"}],
)
def flows_ring_tasks_by_name(tree: Tree) -> Iterator[Finding]:
    """A flow never imports a task: it rings it by name through base.flows.ring."""
    for path, module in tree.rooms("flows"):
        for statement, _, full in imports(module, path):
            if "tasks" in full.split("."):
                yield Finding(path, statement.lineno, f"imports {full}: ring it by name")


@rule(
    bad=[
        {"payments/queries.py": 'SQL = "SELECT sum(amount_minor) FROM wallets_entry"\n'},
        {"reports/flows/build.py": 'x = f"JOIN wallets_journal j ON {1}"\n'},
        {"payments/sql/sum.sql": "select * from wallets_hold h\n"},
        {"config/health.py": 'x = "update wallets_account set balance_minor = 0"\n'},
    ],
    good=[
        {
            "wallets/queries.py": 'SQL = "FROM wallets_entry"\n',
            "wallets/sql/post.sql": "from wallets_entry\n",
        },
        {
            "reports/queries.py": 'SQL = "FROM wallets_entry"\n',
            "reports/queries/sums.py": 'S = "wallets_hold"\n',
        },
        {"payments/queries.py": '"""Never reads wallets_entry."""\nx = "wallets_accountant"\n'},
        {"tests/wallets/test_post.py": 'SQL = "DELETE FROM wallets_entry"\n'},
    ],
)
def ledger_rows_stay_in_wallets(tree: Tree) -> Iterator[Finding]:
    """No SQL names the ledger's tables outside wallets, reports' queries and the checks of the books."""

    def outside(path: str) -> bool:
        reads_all = path.startswith("reports/queries") or "/checks." in path or "/checks/" in path
        return product(path) and path.split("/")[0] != "wallets" and not reads_all

    for path, module in tree.python(outside):
        told = {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr)}
        for node in ast.walk(module):
            said = node.value if isinstance(node, ast.Constant) and id(node) not in told else None
            if isinstance(said, str) and (table := LEDGER_TABLE.search(said)):
                yield at(path, node, f"names {table[0]}: go through wallets' queries or flows")
    for path, number, line in tree.lines("*.sql"):
        if outside(path) and (table := LEDGER_TABLE.search(line)):
            yield Finding(path, number, f"names {table[0]}: go through wallets' queries or flows")


_TWO_PLUGS = {
    "wallets/rails/base.py": "class Rail: ...\n",
    "wallets/rails/sandbox.py": "from wallets.rails.iban import check\nRAIL = 1\n",
    "wallets/rails/iban.py": "def check(): ...\n",
    "wallets/rails/sepa.py": "class Sepa: ...\n",
}


@rule(
    bad=[
        {**_TWO_PLUGS, "wallets/rails/__init__.py": "from . import sandbox\nRAILS = {'s': sandbox.RAIL}\n"},
        {
            **_TWO_PLUGS,
            "wallets/rails/__init__.py": "from . import sandbox, sepa\nRAILS = {'s': sandbox.RAIL}\n",
        },
        {**_TWO_PLUGS, "wallets/rails/__init__.py": ""},
        {"reports/formats/csv_file.py": "", "reports/formats/base.py": "FORMATS = {}\n"},
        {"merchants/qr/link.py": "", "merchants/qr/__init__.py": "STANDARDS: dict[str, int] = {}\n"},
        {"merchants/sheets/a4.py": "", "merchants/sheets/__init__.py": ""},
        {"payments/fx/ecb.py": "", "payments/fx/__init__.py": ""},
    ],
    good=[
        {
            **_TWO_PLUGS,
            "wallets/rails/__init__.py": "from wallets.rails import sandbox\nfrom .sepa import Sepa\n"
            "RAILS: dict[str, object] = {'sandbox': sandbox.RAIL, 'sepa': Sepa()}\n",
        },
        {"payments/fx/__init__.py": "", "payments/fx/base.py": ""},
        {
            "reports/formats/a.py": "",
            "reports/formats/b.py": "",
            "reports/formats/__init__.py": "from reports.formats import a, b\n"
            "FORMATS = {'a': a.A()}\nPLATFORM_FORMATS = {'b': b.B()}\n",
        },
    ],
)
def plugs_are_registered(tree: Tree) -> Iterator[Finding]:
    """Each plug file is an entry of its folder's dict, or is used by one that is (or by base.py)."""
    modules = dict(tree.python(lambda path: path.rpartition("/")[0] in PLUGS))
    queue = [f"{folder}/base.py" for folder in PLUGS]
    homes = set()
    for folder, name in [*PLUGS.items(), *SECOND.items()]:
        values = {
            path: value
            for path, module in modules.items()
            if path.startswith(folder) and (value := _assigned(module, name))
        }
        homes |= set(values)
        if (
            name in PLUGS.values()
            and not values
            and any(path.startswith(folder) and _is_kind(path) for path in modules)
        ):
            yield Finding(folder, 1, f"no dict {name} in this folder")
        for home, value in values.items():
            used = {node.id for node in ast.walk(value) if isinstance(node, ast.Name)}
            taken = imports(modules[home], home)
            queue += [_file(full, modules) for _, local, full in taken if local in used]
    reached: set[str] = set()
    while queue:
        path = queue.pop()
        if path in modules and path not in reached:
            reached.add(path)
            queue += [_file(full, modules) for _, _, full in imports(modules[path], path)]
    for path in sorted(filter(_is_kind, set(modules) - reached - homes)):
        yield Finding(path, 1, f"not in {PLUGS[path.rpartition('/')[0]]}: one line there makes it a plug")


def _is_kind(path: str) -> bool:
    return not path.endswith(("/__init__.py", "/base.py"))


def _assigned(module: ast.Module, name: str) -> ast.expr | None:
    """What a module assigns to a name at its top level."""
    for node in module.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            return getattr(node, "value", None)
    return None


def _file(dotted: str, modules: dict[str, ast.Module]) -> str:
    """The file among `modules` that a dotted name, or the module it is taken from, stands for; or ""."""
    paths = [name.replace(".", "/") + ".py" for name in (dotted, dotted.rpartition(".")[0])]
    return next((path for path in paths if path in modules), "")


@rule(
    bad=[
        {"payments/queries.py": "from django.apps import apps\nHold = apps.get_model('wallets', 'Hold')\n"},
    ],
    good=[{"wallets/migrations/0002_seed.py": "x = apps.get_model('wallets', 'Account')\n"}],
)
def models_are_imported(tree: Tree) -> Iterator[Finding]:
    """No apps.get_model outside migrations: it hides an import from the contracts."""
    for path, module in tree.python(product):
        for node in ast.walk(module):
            if isinstance(node, ast.Attribute) and node.attr == "get_model":
                yield Finding(path, node.lineno, "apps.get_model hides an import: import the model")


@rule(
    bad=[
        {"wallets/models.py": "class Hold(Model):\n    def save(self):\n        pass\n"},
        {"people/models.py": "class User(Model):\n    def delete(self):\n        pass\n"},
    ],
    good=[{"wallets/models.py": "class Hold(Model):\n    def __str__(self):\n        return ''\n"}],
)
def models_hold_rows_only(tree: Tree) -> Iterator[Finding]:
    """No save() or delete() override: a rule lives in a flow or in the database, not in a hook."""
    for path, module in tree.rooms("models"):
        for node in ast.walk(module):
            if isinstance(node, ast.FunctionDef) and node.name in {"save", "delete"}:
                yield Finding(
                    path, node.lineno, f"{node.name}() overridden: put the rule in a flow or a constraint"
                )
