-- Promise: closes and opens the books of one shard between two moments. Both take the shard's lock whole, so
-- they wait for the journals and promises under way (which hold it shared), and those that come now wait for
-- the commit and see what it did. Nobody at a counter waits longer than a second: then this gives up.
-- `ledger_close_books` answers how many journals are closed in; raises QT041 where the time is not over or the books
-- are closed in part of it. `ledger_open_books` answers whether just this was closed.
CREATE FUNCTION ledger_lock_books(shard uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '1s' AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(24225, uuid_hash(shard) & 63);
END $$;
CREATE FUNCTION ledger_close_books(shard uuid, starts timestamptz, ends timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM ledger_lock_books(shard);
    IF ends > clock_timestamp() OR EXISTS (
        SELECT 1 FROM wallets_closedbooks c
        WHERE c.shard_key = shard AND c.starts_at < ends AND c.ends_at > starts) THEN
        RAISE EXCEPTION 'these books cannot be closed' USING ERRCODE = 'QT041';
    END IF;
    INSERT INTO wallets_closedbooks (shard_key, starts_at, ends_at) VALUES (shard, starts, ends);
    RETURN (
        SELECT count(*) FROM wallets_journal j
        WHERE j.shard_key = shard AND j.happened_at >= starts AND j.happened_at < ends);
END $$;
CREATE FUNCTION ledger_open_books(shard uuid, starts timestamptz, ends timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM ledger_lock_books(shard);
    DELETE FROM wallets_closedbooks c WHERE c.shard_key = shard AND c.starts_at = starts AND c.ends_at = ends;
    RETURN FOUND;
END $$;
REVOKE ALL ON FUNCTION ledger_lock_books(uuid) FROM PUBLIC;
REVOKE ALL ON FUNCTION ledger_close_books(uuid, timestamptz, timestamptz),
    ledger_open_books(uuid, timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_close_books(uuid, timestamptz, timestamptz),
    ledger_open_books(uuid, timestamptz, timestamptz) TO {app_role};
REVOKE ALL ON wallets_closedbooks FROM PUBLIC, {app_role};
GRANT SELECT ON wallets_closedbooks TO {app_role};
