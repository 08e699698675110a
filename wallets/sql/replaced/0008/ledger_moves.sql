-- Promise: what each journal of a batch does to what is free on each account: its entries, and what it
-- gives back by ending a hold. `place` is the journal's place in the batch.
CREATE FUNCTION ledger_moves(
    j_id uuid[], j_hold uuid[], e_journal uuid[], e_account uuid[], e_amount bigint[]
) RETURNS TABLE (place bigint, journal uuid, account uuid, free_change numeric)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT j.place, j.id, m.account, sum(m.change)
    FROM unnest(j_id) WITH ORDINALITY AS j (id, place)
    JOIN (
        SELECT e.journal, e.account, e.amount AS change
        FROM unnest(e_journal, e_account, e_amount) AS e (journal, account, amount)
        UNION ALL
        SELECT c.journal, h.account_id, h.amount_minor
        FROM unnest(j_id, j_hold) AS c (journal, hold)
        JOIN wallets_hold h ON h.id = c.hold AND h.state = 'held'
    ) m ON m.journal = j.id
    GROUP BY j.place, j.id, m.account
$$;
REVOKE ALL ON FUNCTION ledger_moves(uuid[], uuid[], uuid[], uuid[], bigint[]) FROM PUBLIC;
