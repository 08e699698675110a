"""What must always be true of payments, refunds, receipts and payouts against the ledger."""

from base.checks import Check
from payments.checks.payouts import CHECKS as PAYOUTS
from payments.checks.sales import CHECKS as SALES

CHECKS: dict[str, Check] = SALES | PAYOUTS
