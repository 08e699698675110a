-- Promise: turns any number of open holds into journals, with the entries that were promised with
-- them, in a constant number of statements, all or none. Arrays are one element a hold, which its payment
-- names, in the order in which the journals stand in the chain of a shared account.
-- Raises QT002 for a hold that is not open or has no legs; a reference that is known is a unique
-- violation, because a hold is settled once. Never an overdraw: the money was held.
CREATE FUNCTION ledger_settle_holds(
    j_payment uuid[], j_id uuid[], j_reference text[], j_kind text, j_happened_at timestamptz[],
    j_document bytea[], j_shard uuid[]
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    locked bigint;
    e_journal uuid[];
    e_account uuid[];
    e_amount bigint[];
    payers uuid[];
    amounts bigint[];
BEGIN
    -- Lock order everywhere: hold by payment, then accounts by ascending id.
    PERFORM 1 FROM wallets_hold h
    WHERE h.payment = ANY (j_payment) AND h.state = 'held' AND h.leg_accounts IS NOT NULL ORDER BY h.payment FOR UPDATE;
    GET DIAGNOSTICS locked = ROW_COUNT;
    IF locked <> cardinality(j_payment) THEN
        RAISE EXCEPTION 'a hold is not open' USING ERRCODE = 'QT002';
    END IF;

    SELECT array_agg(l.journal ORDER BY l.place, l.line), array_agg(l.account ORDER BY l.place, l.line),
        array_agg(l.amount ORDER BY l.place, l.line)
    INTO e_journal, e_account, e_amount
    FROM (
        SELECT n.journal, n.place, leg.account, leg.amount, leg.line
        FROM unnest(j_payment, j_id) WITH ORDINALITY AS n (payment, journal, place)
        JOIN wallets_hold h ON h.payment = n.payment,
        unnest(h.leg_accounts, h.leg_amounts) WITH ORDINALITY AS leg (account, amount, line)
    ) l;
    SELECT array_agg(h.account_id), array_agg(h.amount_minor) INTO payers, amounts
    FROM wallets_hold h WHERE h.payment = ANY (j_payment);
    PERFORM 1 FROM wallets_account a WHERE a.id = ANY (e_account) ORDER BY a.id FOR NO KEY UPDATE;

    INSERT INTO wallets_journal
        (id, reference, kind, happened_at, document_sha256, salt, shard_key, created_at)
    SELECT n.id, n.reference, j_kind, n.happened_at, n.document, uuid_send(gen_random_uuid()), n.shard, now()
    FROM unnest(j_id, j_reference, j_happened_at, j_document, j_shard)
        AS n (id, reference, happened_at, document, shard);
    PERFORM ledger_write_entries(e_journal, e_account, e_amount, payers, amounts);
    UPDATE wallets_hold h
    SET state = 'captured', captured_minor = h.amount_minor, journal = n.journal, ended_at = now(),
        leg_accounts = NULL, leg_amounts = NULL
    FROM unnest(j_payment, j_id) AS n (payment, journal) WHERE h.payment = n.payment;
END $$;
