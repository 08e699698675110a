-- Promise: whoever inserts entries, each journal of the statement sums to zero per currency, has two
-- entries or more, had none before, was made in this very transaction, and names accounts that exist.
-- One check a statement, not one a row. A journal of this transaction can have older entries only in
-- this transaction, so looking at `created_at = now()` is enough and stays in one partition.
CREATE OR REPLACE FUNCTION entry_balanced() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    wrong uuid;
BEGIN
    SELECT f.journal_id INTO wrong FROM fresh f
    LEFT JOIN wallets_account a ON a.id = f.account_id
    LEFT JOIN wallets_journal j ON j.id = f.journal_id
    WHERE a.id IS NULL OR j.id IS NULL OR f.created_at <> now() OR j.created_at <> now() LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'journal %: unknown account, unknown journal, or not of this transaction', wrong
            USING ERRCODE = 'QT010';
    END IF;

    SELECT s.journal_id INTO wrong FROM (
        SELECT f.journal_id FROM fresh f JOIN wallets_account a ON a.id = f.account_id
        GROUP BY f.journal_id, a.currency HAVING sum(f.amount_minor) <> 0
    ) s LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'journal % does not sum to zero', wrong USING ERRCODE = 'QT011';
    END IF;

    SELECT n.journal_id INTO wrong
    FROM (SELECT f.journal_id, count(*) AS entries FROM fresh f GROUP BY f.journal_id) n
    JOIN (SELECT e.journal_id, count(*) AS entries FROM wallets_entry e
          WHERE e.created_at = now() AND e.journal_id IN (SELECT f.journal_id FROM fresh f)
          GROUP BY e.journal_id) t USING (journal_id)
    WHERE n.entries < 2 OR t.entries <> n.entries LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'journal % has fewer than two entries, or had some before', wrong
            USING ERRCODE = 'QT012';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER entry_balanced AFTER INSERT ON wallets_entry
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION entry_balanced();
