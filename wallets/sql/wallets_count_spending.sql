-- Promise: counts a debit of a wallet on its day (UTC) and answers what the wallet has spent on that day
-- and in that month, this debit included. The caller holds the lock of the payer's account: only then
-- are the other days, which are read as they are committed, right for the count of a race.
CREATE FUNCTION wallets_count_spending(
    for_wallet uuid, in_currency text, on_day date, amount bigint, OUT day_minor bigint, OUT month_minor bigint
)
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO wallets_spending AS s (wallet, currency, day, spent_minor)
    VALUES (for_wallet, in_currency, on_day, amount)
    ON CONFLICT (wallet, currency, day) DO UPDATE SET spent_minor = s.spent_minor + excluded.spent_minor
    RETURNING s.spent_minor INTO day_minor;
    -- The days of a month are at most 31 rows, side by side in the primary key.
    SELECT sum(s.spent_minor) INTO month_minor FROM wallets_spending s
    WHERE s.wallet = for_wallet AND s.currency = in_currency AND s.day >= date_trunc('month', on_day)::date
        AND s.day < (date_trunc('month', on_day) + interval '1 month')::date;
END $$;
