-- Promise: every asked-for account exists afterwards, opened once, in order of its code (two callers
-- that open the same accounts cannot deadlock). Balances begin at zero; nothing else is touched.
CREATE FUNCTION ledger_open_accounts(
    ids uuid[], codes text[], currencies text[], guards boolean[], shards uuid[]
) RETURNS TABLE (code text, id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    INSERT INTO wallets_account (id, code, currency, guarded, shard_key)
    SELECT n.id, n.code, n.currency, n.guarded, n.shard
    FROM unnest(ids, codes, currencies, guards, shards) AS n (id, code, currency, guarded, shard)
    ORDER BY n.code
    ON CONFLICT (code) DO NOTHING;
    RETURN QUERY SELECT a.code::text, a.id FROM wallets_account a WHERE a.code = ANY (codes);
END $$;
