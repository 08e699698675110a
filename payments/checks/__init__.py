"""What must always be true of payments and what follows them, refunds to payouts, against the ledger."""

from base.checks import Check
from payments.checks.corrections import CHECKS as CORRECTIONS
from payments.checks.exchanges import CHECKS as EXCHANGES
from payments.checks.payouts import CHECKS as PAYOUTS
from payments.checks.releases import CHECKS as RELEASES
from payments.checks.sales import CHECKS as SALES
from payments.checks.splits import CHECKS as SPLITS

CHECKS: dict[str, Check] = SALES | CORRECTIONS | EXCHANGES | PAYOUTS | SPLITS | RELEASES
