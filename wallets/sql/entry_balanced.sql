-- Promise: whoever inserts entries, each journal of the statement sums to zero per currency, has two
-- entries or more, had none before, was made in this very transaction, and names accounts that exist
-- and are open. One check a statement, not one a row. A journal of this transaction can have older
-- entries only in this transaction, so looking at `created_at = now()` is enough and stays in one
-- partition. No index keeps an entry's number unique in its journal: as all of a journal come in one
-- statement, it is seen here. Raises QT006 closed account, QT010 unknown account or journal, or not of
-- this transaction, QT011 unbalanced, QT012 one-legged or written to before, QT013 balanced only across
-- currencies, QT014 two entries of one number.
CREATE OR REPLACE FUNCTION entry_balanced() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    wrong record;
BEGIN
    SELECT j.journal_id, bool_or(j.currency IS NULL) AS unknown, bool_or(j.closed) AS closed,
        sum(j.total) AS total, bool_or(j.total <> 0) AS off, sum(j.entries) AS entries
    INTO wrong
    FROM (
        SELECT f.journal_id, a.currency, sum(f.amount_minor) AS total, count(*) AS entries,
            bool_or(a.closed_at IS NOT NULL) AS closed
        FROM fresh f LEFT JOIN wallets_account a ON a.id = f.account_id
        GROUP BY f.journal_id, a.currency
    ) j
    GROUP BY j.journal_id
    HAVING bool_or(j.currency IS NULL OR j.closed OR j.total <> 0) OR sum(j.entries) < 2
    LIMIT 1;
    IF wrong.unknown THEN
        RAISE EXCEPTION 'journal %: unknown account', wrong.journal_id USING ERRCODE = 'QT010';
    ELSIF wrong.closed THEN
        RAISE EXCEPTION 'journal %: closed account', wrong.journal_id USING ERRCODE = 'QT006';
    ELSIF wrong.entries < 2 THEN
        RAISE EXCEPTION 'journal % has fewer than two entries', wrong.journal_id USING ERRCODE = 'QT012';
    ELSIF wrong.off AND wrong.total = 0 THEN
        RAISE EXCEPTION 'journal % balances only across currencies', wrong.journal_id
            USING ERRCODE = 'QT013';
    ELSIF wrong.off THEN
        RAISE EXCEPTION 'journal % does not sum to zero', wrong.journal_id USING ERRCODE = 'QT011';
    END IF;

    SELECT n.journal_id, j.created_at, n.entries AS fresh, count(e.line) AS entries INTO wrong
    FROM (SELECT f.journal_id, count(*) AS entries FROM fresh f WHERE f.created_at = now()
          GROUP BY f.journal_id) n
    LEFT JOIN wallets_journal j ON j.id = n.journal_id
    LEFT JOIN wallets_entry e ON e.journal_id = n.journal_id AND e.created_at = now()
    GROUP BY n.journal_id, j.created_at, n.entries
    HAVING j.created_at IS DISTINCT FROM now() OR count(e.line) <> n.entries
    LIMIT 1;
    IF FOUND AND wrong.created_at IS DISTINCT FROM now() THEN
        RAISE EXCEPTION 'journal %: unknown, or not of this transaction', wrong.journal_id
            USING ERRCODE = 'QT010';
    ELSIF FOUND THEN
        RAISE EXCEPTION 'journal % had entries before', wrong.journal_id USING ERRCODE = 'QT012';
    END IF;
    IF EXISTS (SELECT 1 FROM fresh f WHERE f.created_at <> now()) THEN
        RAISE EXCEPTION 'an entry is not of this transaction' USING ERRCODE = 'QT010';
    ELSIF EXISTS (SELECT 1 FROM fresh f GROUP BY f.journal_id, f.line HAVING count(*) > 1) THEN
        RAISE EXCEPTION 'a journal has two entries of one number' USING ERRCODE = 'QT014';
    END IF;
    RETURN NULL;
END $$;
