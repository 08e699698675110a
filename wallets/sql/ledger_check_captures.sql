-- Promise: returns only where every capture of a batch can be made: its hold is open and asked for
-- once (QT002), takes no more than was held (QT005), and its journal debits the hold's account by just
-- that much (QT003). `known` journals have made theirs before and are not looked at.
CREATE FUNCTION ledger_check_captures(
    j_id uuid[], j_payment uuid[], j_captured bigint[],
    e_journal uuid[], e_account uuid[], e_amount bigint[], known uuid[]
) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    wrong text;
BEGIN
    WITH asked AS (
        SELECT c.journal, c.payment, c.captured
        FROM unnest(j_id, j_payment, j_captured) AS c (journal, payment, captured)
        WHERE c.payment IS NOT NULL AND c.journal <> ALL (known)
    ), debits AS (
        SELECT e.journal, e.account, sum(e.amount) AS amount
        FROM unnest(e_journal, e_account, e_amount) AS e (journal, account, amount)
        GROUP BY e.journal, e.account
    )
    SELECT CASE
        WHEN h.state IS DISTINCT FROM 'held' OR count(*) OVER (PARTITION BY c.payment) > 1 THEN 'QT002'
        WHEN c.captured > h.amount_minor THEN 'QT005'
        WHEN d.amount IS DISTINCT FROM -c.captured THEN 'QT003' END AS code
    INTO wrong
    FROM asked c
    LEFT JOIN wallets_hold h ON h.payment = c.payment
    LEFT JOIN debits d ON d.journal = c.journal AND d.account = h.account_id
    ORDER BY code LIMIT 1;
    CASE wrong
        WHEN 'QT002' THEN RAISE EXCEPTION 'a hold is not open' USING ERRCODE = 'QT002';
        WHEN 'QT003' THEN RAISE EXCEPTION 'a capture does not match its entries' USING ERRCODE = 'QT003';
        WHEN 'QT005' THEN RAISE EXCEPTION 'a capture is above its hold' USING ERRCODE = 'QT005';
        ELSE NULL;
    END CASE;
END $$;
REVOKE ALL ON FUNCTION
    ledger_check_captures(uuid[], uuid[], bigint[], uuid[], uuid[], bigint[], uuid[]) FROM PUBLIC;
