-- The same writes as a confirm, one call a payment: the PIN's two counts, the key, the hold, what counts
-- against the limits, the payment with its line, what waits to be settled, the session, the event. What the
-- product works out is copied from the shop's template (`{copy_...}`).
CREATE FUNCTION bench_confirm() RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
    turn bigint := nextval('bench_turn');
    todo bench_todo%ROWTYPE;
BEGIN
    SELECT * INTO todo FROM bench_todo b WHERE b.n = turn;
    UPDATE people_pin p SET wrong_tries = p.wrong_tries + 1 WHERE p.person_id = todo.person AND p.blocked_at IS NULL;
    UPDATE people_pin p SET wrong_tries = 0 WHERE p.person_id = todo.person;
    {copy_key};
    UPDATE payments_session s SET state = 'confirmed' WHERE s.id = todo.session AND s.state = 'open';
    UPDATE wallets_account a SET held_minor = a.held_minor + {amount}
    WHERE a.id = todo.account AND a.balance_minor - a.held_minor >= {amount};
    IF NOT FOUND THEN
        RAISE EXCEPTION 'not enough money';
    END IF;
    {copy_hold};
    INSERT INTO wallets_spending AS w (wallet, currency, day, spent_minor)
    VALUES (todo.wallet, 'EUR', (now() AT TIME ZONE 'UTC')::date, {amount})
    ON CONFLICT (wallet, currency, day) DO UPDATE SET spent_minor = w.spent_minor + excluded.spent_minor;
    {copy_payment};
    {copy_due};
    {copy_line};
    {copy_event};
    RETURN todo.payment;
END $$;
