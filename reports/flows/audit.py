"""Ask the books every question that has only one good answer, all in one snapshot.

An app that has checks names them in its `checks.CHECKS`; they are joined here under the app's name.
"""

from base.checks import Check
from base.core.findings import Finding
from payments.checks import CHECKS as PAYMENT_CHECKS
from reports.checks import CHECKS as REPORT_CHECKS
from reports.queries.snapshot import snapshot
from wallets.checks import CHECKS as WALLET_CHECKS

CHECKS: dict[str, Check] = {
    **{f"wallets.{name}": check for name, check in WALLET_CHECKS.items()},
    **{f"payments.{name}": check for name, check in PAYMENT_CHECKS.items()},
    **{f"reports.{name}": check for name, check in REPORT_CHECKS.items()},
}
# A check may read all entries there are.
SECONDS_A_CHECK = 3600


def audit() -> list[Finding]:
    """Everything that is wrong with the books; an empty list is the only good answer."""
    with snapshot(seconds=SECONDS_A_CHECK) as cursor:
        return [finding for check in CHECKS.values() for finding in check(cursor)]
