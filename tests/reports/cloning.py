"""Copy one settled sale to many moments by SQL: the same amounts, new ids, its ledger entries too.

For volume and for edges of periods, where the way through the flows would only be slow. The accounts'
balances do not move with it: after this the books are right per journal, not per account.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from payments.models import Payment

_CLONE = """
WITH original AS (SELECT * FROM payments_payment WHERE id = %s), made AS (
    SELECT at, gen_random_uuid() AS journal, gen_random_uuid() AS payment, gen_random_uuid() AS session
    FROM unnest(%s::timestamptz[]) AS at
), sessions AS (
    INSERT INTO payments_session
    SELECT (jsonb_populate_record(o, jsonb_build_object('id', m.session))).*
    FROM made m, original, payments_session o WHERE o.id = original.session_id
), journals AS (
    INSERT INTO wallets_journal
    SELECT (jsonb_populate_record(o, jsonb_build_object(
        'id', m.journal, 'reference', 'sale:' || m.payment, 'happened_at', m.at))).*
    FROM made m, original, wallets_journal o WHERE o.id = original.journal
), payments AS (
    INSERT INTO payments_payment
    SELECT (jsonb_populate_record(o, jsonb_build_object(
        'id', m.payment, 'session_id', m.session, 'journal', m.journal,
        'happened_at', m.at))).*
    FROM made m, original, payments_payment o WHERE o.id = original.id
), lines AS (
    INSERT INTO payments_saleline
    SELECT (jsonb_populate_record(o, jsonb_build_object('id', gen_random_uuid(), 'payment_id', m.payment))).*
    FROM made m, original, payments_saleline o WHERE o.payment_id = original.id
)
INSERT INTO wallets_entry
SELECT (jsonb_populate_record(o, jsonb_build_object('journal_id', m.journal))).*
FROM made m, original, wallets_entry o WHERE o.journal_id = original.journal
"""


def clone_sale(owner_sql: Callable[..., None], payment: Payment, moments: Sequence[datetime]) -> None:
    """One more sale like `payment` (settled, by a printed code) at each moment."""
    owner_sql(_CLONE, payment.pk, list(moments))
