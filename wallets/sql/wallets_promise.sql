-- Promise: holds money of a wallet for one payment, with the entries that settling will write, and counts
-- it against the wallet's limits; or raises QT030, whose message is the reason, and the caller takes back
-- what it has written: 'unopened' (a code without account), 'short' (not enough that is free), 'frozen',
-- 'over_month', 'over_day'. Enters the ledger by `ledger_place_hold`, as `wallets.flows.hold` does.
CREATE FUNCTION wallets_promise(
    payment uuid, for_wallet uuid, in_currency text, on_day date, amount bigint, payer text,
    leg_codes text[], leg_amounts bigint[], most_day bigint, most_month bigint
) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    legs uuid[] := ARRAY(
        SELECT a.id FROM unnest(leg_codes) WITH ORDINALITY AS l (code, place)
        JOIN wallets_account a ON a.code = l.code ORDER BY l.place);
    outcome text;
    spent record;
BEGIN
    IF cardinality(legs) <> cardinality(leg_codes) THEN
        RAISE EXCEPTION 'unopened' USING ERRCODE = 'QT030';
    END IF;
    outcome := ledger_place_hold(payment, legs[array_position(leg_codes, payer)], amount, legs, leg_amounts);
    IF outcome <> 'held' THEN
        RAISE EXCEPTION '%', outcome USING ERRCODE = 'QT030';
    END IF;
    spent := wallets_count_spending(for_wallet, in_currency, on_day, amount);
    IF spent.month_minor > most_month THEN
        RAISE EXCEPTION 'over_month' USING ERRCODE = 'QT030';
    ELSIF spent.day_minor > most_day THEN
        RAISE EXCEPTION 'over_day' USING ERRCODE = 'QT030';
    END IF;
END $$;
