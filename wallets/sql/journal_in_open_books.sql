-- Promise: whoever inserts journals, none of them happened while its shard's books are closed (QT040). Once a
-- statement: the shards' locks are held shared until the commit, 64 of them at most, and where all journals are
-- younger than any closed books, which is nearly always, no book is looked up.
CREATE FUNCTION journal_in_open_books() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    last timestamptz;
    late text;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(24225, b.bucket)
    FROM (SELECT DISTINCT uuid_hash(f.shard_key) & 63 AS bucket FROM fresh f) b;
    SELECT max(c.ends_at) INTO last FROM wallets_closedbooks c;
    SELECT f.reference INTO late FROM fresh f WHERE f.happened_at < last AND EXISTS (
        SELECT 1 FROM wallets_closedbooks c
        WHERE c.shard_key = f.shard_key AND c.starts_at <= f.happened_at AND c.ends_at > f.happened_at)
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'journal % happened in a closed period', late USING ERRCODE = 'QT040';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER journal_in_open_books AFTER INSERT ON wallets_journal
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION journal_in_open_books();
