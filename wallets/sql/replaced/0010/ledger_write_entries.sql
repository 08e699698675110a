-- Promise: writes the entries of new journals and moves the balances of their accounts, each account
-- once, with `balance_after` and `version` chained in the order of the arrays. `freed_*` is what ended
-- holds give back to an account. The caller has locked every account; no one else may call it.
-- Raises QT001 unknown account; check_violation account_guarded_not_below_zero on an overdraw.
CREATE FUNCTION ledger_write_entries(
    e_journal uuid[], e_account uuid[], e_amount bigint[], freed_account uuid[], freed_amount bigint[]
) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    written bigint;
BEGIN
    INSERT INTO wallets_entry (journal_id, line, created_at, account_id, amount_minor,
        balance_after_minor, account_version, shard_key)
    SELECT e.journal, row_number() OVER (PARTITION BY e.journal ORDER BY e.place), now(),
        e.account, e.amount, a.balance_minor + sum(e.amount) OVER chain,
        a.version + row_number() OVER chain, a.shard_key
    FROM unnest(e_journal, e_account, e_amount) WITH ORDINALITY AS e (journal, account, amount, place)
    JOIN wallets_account a ON a.id = e.account
    WINDOW chain AS (PARTITION BY e.account ORDER BY e.place ROWS UNBOUNDED PRECEDING)
    ORDER BY e.place;  -- a journal's entries side by side on the disk and in their index
    GET DIAGNOSTICS written = ROW_COUNT;
    IF written <> cardinality(e_account) THEN
        RAISE EXCEPTION 'an account is unknown' USING ERRCODE = 'QT001';
    END IF;

    UPDATE wallets_account a
    SET balance_minor = a.balance_minor + s.amount, version = a.version + s.entries,
        held_minor = a.held_minor - s.freed
    FROM (
        SELECT m.account, sum(m.amount) AS amount, sum(m.entries) AS entries, sum(m.freed) AS freed
        FROM (SELECT e.account, e.amount, 1 AS entries, 0 AS freed
              FROM unnest(e_account, e_amount) AS e (account, amount)
              UNION ALL
              SELECT f.account, 0, 0, f.amount
              FROM unnest(freed_account, freed_amount) AS f (account, amount)) m
        GROUP BY m.account
    ) s
    WHERE a.id = s.account;
END $$;
REVOKE ALL ON FUNCTION ledger_write_entries(uuid[], uuid[], bigint[], uuid[], bigint[]) FROM PUBLIC;
