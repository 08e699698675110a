-- Promise: promises money of one guarded account to one payment, or says why not. Touches one hot row,
-- the payer's own. `leg_accounts` and `leg_amounts` are the entries that settling will write: they are
-- checked now, so that what was promised can always be settled; without them the hold is captured by
-- `ledger_post`. Answers 'held', 'short' (not enough that is free), or 'frozen' (the wallet is).
-- A reference is held once for ever: a second hold under it is a unique violation.
-- Raises QT001 unknown account, QT006 closed account, QT007 legs that are no balanced journal over
-- just the amount held.
CREATE FUNCTION ledger_place_hold(
    hold uuid, account uuid, amount bigint, for_payment uuid, hold_reference text,
    leg_accounts uuid[], leg_amounts bigint[]
) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    shard uuid;
BEGIN
    UPDATE wallets_account a SET held_minor = a.held_minor + amount
    WHERE a.id = account AND a.guarded AND amount > 0 AND a.balance_minor - a.held_minor >= amount
    RETURNING a.shard_key INTO shard;
    IF NOT FOUND THEN
        RETURN 'short';
    END IF;
    -- Read without a lock: a hold that meets a freeze under way counts as before it.
    IF EXISTS (SELECT 1 FROM wallets_wallet w WHERE w.id = shard AND w.frozen_at IS NOT NULL) THEN
        UPDATE wallets_account a SET held_minor = a.held_minor - amount WHERE a.id = account;
        RETURN 'frozen';
    END IF;
    INSERT INTO wallets_hold
        (id, account_id, amount_minor, payment, reference, shard_key, leg_accounts, leg_amounts)
    VALUES (hold, account, amount, for_payment, hold_reference, shard, leg_accounts, leg_amounts);
    IF leg_accounts IS NOT NULL THEN
        PERFORM ledger_check_legs(account, amount, leg_accounts, leg_amounts);
    END IF;
    RETURN 'held';
END $$;
