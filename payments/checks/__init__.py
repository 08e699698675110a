"""What must always be true of payments, refunds, receipts, payouts and splits against the ledger."""

from base.checks import Check
from payments.checks.payouts import CHECKS as PAYOUTS
from payments.checks.sales import CHECKS as SALES
from payments.checks.splits import CHECKS as SPLITS

CHECKS: dict[str, Check] = SALES | PAYOUTS | SPLITS
