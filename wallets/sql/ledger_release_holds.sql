-- Promise: ends the open holds of payments without moving money; a hold that has ended stays as it is. Answers how many
-- were released. Locks holds, then accounts, each in ascending id: the lock order of the whole ledger.
CREATE FUNCTION ledger_release_holds(payments uuid[]) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    open_holds uuid[];
BEGIN
    open_holds := ARRAY(
        SELECT h.payment FROM wallets_hold h WHERE h.payment = ANY (payments) AND h.state = 'held'
        ORDER BY h.payment FOR UPDATE);
    PERFORM 1 FROM wallets_account a
    WHERE a.id IN (SELECT h.account_id FROM wallets_hold h WHERE h.payment = ANY (open_holds))
    ORDER BY a.id FOR NO KEY UPDATE;
    UPDATE wallets_account a SET held_minor = a.held_minor - s.amount
    FROM (SELECT h.account_id, sum(h.amount_minor) AS amount FROM wallets_hold h
          WHERE h.payment = ANY (open_holds) GROUP BY h.account_id) s
    WHERE a.id = s.account_id;
    UPDATE wallets_hold h
    SET state = 'released', ended_at = now(), leg_accounts = NULL, leg_amounts = NULL
    WHERE h.payment = ANY (open_holds);
    RETURN coalesce(cardinality(open_holds), 0);
END $$;
