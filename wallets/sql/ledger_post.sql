-- Promise: posts any number of journals. Where none is refused that takes a constant number of
-- statements; a journal that would overdraw a guarded account is refused alone ('balance_too_low') and
-- the others are posted. A journal whose reference is known is answered with what was posted then and
-- posts nothing. A journal may capture one open hold, named by its payment (j_payment), whole or in part (the rest is
-- released), and must debit its account by just that much. Arrays j_* are one element a journal, e_* one element an entry.
-- A reference is its kind, a colon and an id (CHECK journal_kind_of_reference); by id and kind an index finds it.
-- Raises, with nothing written: QT001 unknown account; QT002, QT003, QT005 as `ledger_check_captures`;
-- QT004 a reference used for another content; QT012 a journal without entries; and what the trigger
-- `entry_balanced` raises.
CREATE FUNCTION ledger_post(
    j_id uuid[], j_reference text[], j_kind text[], j_happened_at timestamptz[], j_document bytea[],
    j_salt bytea[], j_shard uuid[], j_payment uuid[], j_captured bigint[],
    e_journal uuid[], e_account uuid[], e_amount bigint[]
) RETURNS TABLE (reference text, journal uuid, replayed boolean, refused text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    known uuid[];
    short uuid[];
    freed_account uuid[];
    freed_amount bigint[];
BEGIN
    -- Lock order everywhere: hold by payment, then accounts by ascending id. Who posts the same journal a second
    -- time waits here for the first, so a reference is looked up after the locks.
    PERFORM 1 FROM wallets_hold h WHERE h.payment = ANY (j_payment) ORDER BY h.payment FOR UPDATE;
    PERFORM 1 FROM wallets_account a WHERE a.id = ANY (e_account) ORDER BY a.id FOR NO KEY UPDATE;
    IF EXISTS (SELECT unnest(e_account) EXCEPT SELECT a.id FROM wallets_account a WHERE a.id = ANY (e_account)) THEN
        RAISE EXCEPTION 'an account is unknown' USING ERRCODE = 'QT001';
    END IF;
    known := ARRAY(
        SELECT n.id FROM unnest(j_id, j_kind, j_reference) AS n (id, kind, reference)
        JOIN wallets_journal j ON split_part(j.reference, ':', 2)::uuid = split_part(n.reference, ':', 2)::uuid
            AND j.kind = n.kind AND j.reference = n.reference);
    IF known <> '{}' THEN
        PERFORM ledger_same_content(j_id, j_reference, j_kind, j_document, e_journal, e_account, e_amount);
    END IF;
    PERFORM ledger_check_captures(j_id, j_payment, j_captured, e_journal, e_account, e_amount, known);
    short := ledger_overdrawing(j_id, j_payment, e_journal, e_account, e_amount, known);
    IF EXISTS (SELECT unnest(j_id) EXCEPT SELECT unnest(e_journal)) THEN
        RAISE EXCEPTION 'a journal has no entries' USING ERRCODE = 'QT012';
    END IF;

    INSERT INTO wallets_journal
        (id, reference, kind, happened_at, document_sha256, salt, shard_key, created_at)
    SELECT n.id, n.reference, n.kind, n.happened_at, n.document, n.salt, n.shard, now()
    FROM unnest(j_id, j_reference, j_kind, j_happened_at, j_document, j_salt, j_shard)
        AS n (id, reference, kind, happened_at, document, salt, shard)
    WHERE n.id <> ALL (known || short);
    WITH ended AS (
        UPDATE wallets_hold h
        SET state = 'captured', captured_minor = c.captured, journal = c.journal, ended_at = now(),
            leg_accounts = NULL, leg_amounts = NULL
        FROM unnest(j_payment, j_captured, j_id) AS c (payment, captured, journal)
        WHERE h.payment = c.payment AND c.journal <> ALL (known || short)
        RETURNING h.account_id, h.amount_minor
    )
    SELECT array_agg(ended.account_id), array_agg(ended.amount_minor) INTO freed_account, freed_amount
    FROM ended;
    IF known || short <> '{}' THEN
        SELECT array_agg(e.journal ORDER BY e.place), array_agg(e.account ORDER BY e.place),
            array_agg(e.amount ORDER BY e.place)
        INTO e_journal, e_account, e_amount
        FROM unnest(e_journal, e_account, e_amount) WITH ORDINALITY AS e (journal, account, amount, place)
        WHERE e.journal <> ALL (known || short);
    END IF;
    PERFORM ledger_write_entries(e_journal, e_account, e_amount, freed_account, freed_amount);

    RETURN QUERY
        SELECT n.reference, j.id, n.id = ANY (known), CASE WHEN j.id IS NULL THEN 'balance_too_low' ELSE '' END
        FROM unnest(j_id, j_kind, j_reference) AS n (id, kind, reference)
        LEFT JOIN wallets_journal j ON split_part(j.reference, ':', 2)::uuid = split_part(n.reference, ':', 2)::uuid
            AND j.kind = n.kind AND j.reference = n.reference;
END $$;
