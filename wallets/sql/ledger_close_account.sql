-- Promise: closes one account for ever: no entry and no promise may name it again. Answers 'closed',
-- 'not_empty' (a balance, a hold, or an open promise that names it) or 'unknown'; closing again is 'closed'.
CREATE FUNCTION ledger_close_account(account uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found wallets_account;
BEGIN
    -- A hold is inserted first and its legs are looked at after: whoever comes first here is seen.
    LOCK TABLE wallets_hold IN SHARE ROW EXCLUSIVE MODE;
    SELECT * INTO found FROM wallets_account a WHERE a.id = account FOR NO KEY UPDATE;
    IF found.id IS NULL THEN
        RETURN 'unknown';
    ELSIF found.closed_at IS NOT NULL THEN
        RETURN 'closed';
    ELSIF found.balance_minor <> 0 OR found.held_minor <> 0 OR EXISTS (
        SELECT 1 FROM wallets_hold h WHERE h.state = 'held' AND account = ANY (h.leg_accounts)) THEN
        RETURN 'not_empty';
    END IF;
    UPDATE wallets_account a SET closed_at = now() WHERE a.id = account;
    RETURN 'closed';
END $$;
