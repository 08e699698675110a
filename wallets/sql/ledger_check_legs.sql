-- Promise: returns only where the legs would be a good journal today: two or more, none of zero or
-- above the bound, every account there and open, a sum of zero per currency, and a debit of just
-- `amount` on `payer`. Raises QT001 unknown account, QT006 closed account, QT007 anything else.
CREATE FUNCTION ledger_check_legs(payer uuid, amount bigint, leg_accounts uuid[], leg_amounts bigint[])
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    legs bigint;
    known bigint;
    closed boolean;
    good boolean;
BEGIN
    SELECT sum(c.legs), sum(c.known), bool_or(c.closed),
        bool_and(c.total = 0) AND bool_and(c.bounded) AND sum(c.paid) = -amount
    INTO legs, known, closed, good
    FROM (
        SELECT count(*) AS legs, count(a.id) AS known, bool_or(a.closed_at IS NOT NULL) AS closed,
            sum(l.amount) AS total, bool_and(l.amount <> 0 AND abs(l.amount) <= 1000000000000000) AS bounded,
            coalesce(sum(l.amount) FILTER (WHERE l.account = payer), 0) AS paid
        FROM unnest(leg_accounts, leg_amounts) AS l (account, amount)
        LEFT JOIN wallets_account a ON a.id = l.account
        GROUP BY a.currency
    ) c;
    IF known < legs THEN
        RAISE EXCEPTION 'an account is unknown' USING ERRCODE = 'QT001';
    ELSIF closed THEN
        RAISE EXCEPTION 'an account is closed' USING ERRCODE = 'QT006';
    ELSIF legs < 2 OR good IS NOT TRUE OR cardinality(leg_accounts) <> cardinality(leg_amounts) THEN
        RAISE EXCEPTION 'the legs of a hold are no journal over its amount' USING ERRCODE = 'QT007';
    END IF;
END $$;
REVOKE ALL ON FUNCTION ledger_check_legs(uuid, bigint, uuid[], bigint[]) FROM PUBLIC;
