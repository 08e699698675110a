-- Promise: answers whether a shard's books are open at a moment, and keeps them so until the caller's commit:
-- whoever closes them waits. Asked by whoever promises what will be booked at that moment.
CREATE FUNCTION ledger_books_open(shard uuid, moment timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(24225, uuid_hash(shard) & 63);
    -- A statement of its own, which sees what was committed while it waited.
    RETURN NOT EXISTS (
        SELECT 1 FROM wallets_closedbooks c
        WHERE c.shard_key = shard AND c.starts_at <= moment AND c.ends_at > moment);
END $$;
REVOKE ALL ON FUNCTION ledger_books_open(uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_books_open(uuid, timestamptz) TO {app_role};
