-- Promise: writes one promised payment with all that stands behind it (key, hold, limits, lines, what waits
-- to be settled, partners' shares, the event, the used scan, the till's open shift), or nothing, and says why:
-- 'promised'; 'changed' (the scan, its order, the code, the shop or the tier is not what was looked at: look
-- again); 'known' (the key has an answer); 'over_cap'; 'over_small' (the payer's PIN must be asked); and the
-- reasons of `wallets_promise`.
-- Everything was decided before, on what was read without locks; here it is locked, in the order session,
-- code (an order's, or one that takes so many payments and no more), shift, showing, payer's account, and what may
-- have changed is compared (a life only ever grows). Nobody at a counter waits for a lock longer than two seconds.
-- Every row is found by its key, so one plan serves all calls; left to itself, PostgreSQL would plan what is
-- read by arrays anew each time, here and in what is called.
-- `wish` is one document: payment, lines, due, shares, event (rows by their columns), version (of the scan),
-- counted (whether the code takes so many payments and no more), key {scope, key, fingerprint, answer},
-- hold {payer, codes, amounts, day, most_day, most_month}, most_static (the payer's cap of a day by printed
-- codes, or null), review (of the shop), tier (of the wallet), small (payment, total, count: what a showing's PIN
-- agrees to; null where the payer's PIN is bound to this very payment).
CREATE FUNCTION payments_promise(wish jsonb) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '2s'
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    made payments_payment := jsonb_populate_record(NULL::payments_payment, wish -> 'payment');
    held jsonb := wish -> 'hold';
    asked jsonb := wish -> 'key';
    small jsonb := wish -> 'small';
    most_static bigint := (wish ->> 'most_static')::bigint;
    paid_minor bigint;
    broken text;
BEGIN
    PERFORM 1 FROM payments_session s
    WHERE s.id = made.session_id AND s.person_id = made.person_id AND s.state = 'open'
        AND s.version = (wish ->> 'version')::integer
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN 'changed';
    END IF;
    IF made.one_time_code_id IS NOT NULL THEN
        PERFORM 1 FROM merchants_qrcode c
        WHERE c.id = made.one_time_code_id AND c.state = 'active' FOR NO KEY UPDATE;
        IF NOT FOUND THEN
            RETURN 'changed';
        END IF;
    END IF;

    INSERT INTO base_idempotencykey (scope, key, fingerprint, refused, answer)
    VALUES (asked ->> 'scope', asked ->> 'key', decode(asked ->> 'fingerprint', 'hex'), false, asked -> 'answer')
    ON CONFLICT (scope, key) DO NOTHING;
    IF NOT FOUND THEN
        RETURN 'known';
    END IF;
    IF (wish ->> 'counted')::boolean THEN
        UPDATE merchants_qrcode c SET uses = c.uses + 1 WHERE c.id = made.code_id AND c.uses < c.most_uses;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'changed' USING ERRCODE = 'QT030';
        END IF;
    END IF;
    -- Who closes the shift waits for this payment, or this payment for the close: it is in one shift, or in none.
    SELECT s.id INTO made.shift_id FROM payments_shift s
    WHERE s.till_id = made.till_id AND s.closed_at IS NULL FOR KEY SHARE;
    -- A yes without a PIN of its own: the showing's PIN agreed to small amounts, so many and so much. It is
    -- counted here, or there is no payment; a PIN that was blocked or changed since agrees to nothing more.
    IF made.showing_id IS NOT NULL THEN
        UPDATE payments_showing s
        SET small_minor = s.small_minor + made.total_minor, small_count = s.small_count + 1, currency = made.currency
        WHERE s.id = made.showing_id AND s.person_id = made.person_id AND s.with_pin
            AND s.closed_at IS NULL AND s.ends_at > clock_timestamp()
            AND coalesce(s.currency, made.currency) = made.currency
            AND made.total_minor <= (small ->> 'payment')::bigint
            AND s.small_minor + made.total_minor <= (small ->> 'total')::bigint
            AND s.small_count < (small ->> 'count')::integer
            AND EXISTS (SELECT FROM payments_showncode c WHERE c.session_id = made.session_id AND c.showing_id = s.id)
            AND EXISTS (
                SELECT FROM people_pin p
                WHERE p.person_id = made.person_id AND p.blocked_at IS NULL AND p.set_at <= s.opened_at);
        IF NOT FOUND THEN
            RAISE EXCEPTION 'over_small' USING ERRCODE = 'QT030';
        END IF;
    END IF;
    PERFORM wallets_promise(
        made.id, made.wallet, made.currency, (held ->> 'day')::date, made.total_minor, held ->> 'payer',
        ARRAY(SELECT jsonb_array_elements_text(held -> 'codes')),
        ARRAY(SELECT jsonb_array_elements_text(held -> 'amounts')::bigint),
        (held ->> 'most_day')::bigint, (held ->> 'most_month')::bigint);
    -- Who was waited for may have stopped the shop, retired the code or lowered the tier.
    PERFORM 1 FROM merchants_merchant m, merchants_qrcode c, wallets_wallet w
    WHERE m.id = made.merchant_id AND m.frozen_at IS NULL AND m.review = wish ->> 'review'
        AND c.id = made.code_id AND c.state = 'active' AND w.id = made.wallet AND w.tier = wish ->> 'tier';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'changed' USING ERRCODE = 'QT030';
    END IF;
    IF most_static IS NOT NULL THEN
        -- A payment's moment is read before it waits here, so one that overtook it may carry a later one.
        SELECT coalesce(sum(p.total_minor), 0) INTO paid_minor FROM payments_payment p
        WHERE p.person_id = made.person_id AND p.one_time_code_id IS NULL AND p.currency = made.currency
            AND p.happened_at > made.happened_at - interval '24 hours'
            AND p.happened_at <= made.happened_at + interval '1 minute';
        IF paid_minor + made.total_minor > most_static THEN
            RAISE EXCEPTION 'over_cap' USING ERRCODE = 'QT030';
        END IF;
    END IF;

    made.created_at := now();
    INSERT INTO payments_payment SELECT made.*;
    INSERT INTO payments_saleline SELECT l.* FROM jsonb_populate_recordset(NULL::payments_saleline, wish -> 'lines') l;
    INSERT INTO payments_due SELECT d.* FROM jsonb_populate_record(NULL::payments_due, wish -> 'due') d;
    IF jsonb_array_length(wish -> 'shares') > 0 THEN
        INSERT INTO payments_splitshare (id, payment_id, rule_id, merchant_id, partner_id, currency, amount_minor,
            happened_at, state)
        SELECT s.id, s.payment_id, s.rule_id, s.merchant_id, s.partner_id, s.currency, s.amount_minor,
            s.happened_at, 'due'
        FROM jsonb_populate_recordset(NULL::payments_splitshare, wish -> 'shares') s;
    END IF;
    INSERT INTO base_event (id, topic, kind, subject, shard_key, payload)
    SELECT e.id, e.topic, e.kind, e.subject, e.shard_key, e.payload
    FROM jsonb_populate_record(NULL::base_event, wish -> 'event') e;
    UPDATE payments_session s SET state = 'confirmed' WHERE s.id = made.session_id;
    RETURN 'promised';
EXCEPTION
    WHEN SQLSTATE 'QT030' THEN
        RETURN SQLERRM;
    WHEN unique_violation THEN
        -- The last guard of an order that two payers share, whatever was looked at before.
        GET STACKED DIAGNOSTICS broken = CONSTRAINT_NAME;
        IF broken NOT LIKE '%one\_time\_code%' THEN
            RAISE;
        END IF;
        RETURN 'changed';
END $$;
