-- Promise: posts any number of journals with a constant number of statements, all or none. A journal
-- whose reference is known is answered with what was posted then and posts nothing. A journal may
-- capture one open hold, whole or in part (the rest is released), and must debit its account by just
-- that much. Arrays j_* are one element a journal, e_* one element an entry, in order.
-- Raises QT001 unknown account, QT002 a hold that is not open, QT003 a capture that does not match its
-- entries, QT012 a journal without entries; check_violation account_guarded_not_below_zero where an
-- account would be overdrawn.
CREATE FUNCTION ledger_post(
    j_id uuid[], j_reference text[], j_kind text[], j_happened_at timestamptz[], j_document bytea[],
    j_salt bytea[], j_shard uuid[], j_hold uuid[], j_captured bigint[],
    e_journal uuid[], e_account uuid[], e_amount bigint[]
) RETURNS TABLE (reference text, journal uuid, replayed boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    asked text[] := j_reference;
    fresh uuid[];
    touched bigint;
BEGIN
    -- Lock order everywhere: hold, (journal reference), accounts by ascending id.
    PERFORM 1 FROM wallets_hold h WHERE h.id = ANY (j_hold) ORDER BY h.id FOR UPDATE;

    WITH new AS (
        INSERT INTO wallets_journal
            (id, reference, kind, happened_at, document_sha256, salt, shard_key, created_at)
        SELECT n.id, n.reference, n.kind, n.happened_at, n.document, n.salt, n.shard, now()
        FROM unnest(j_id, j_reference, j_kind, j_happened_at, j_document, j_salt, j_shard)
            AS n (id, reference, kind, happened_at, document, salt, shard)
        ORDER BY n.reference
        ON CONFLICT (reference) DO NOTHING
        RETURNING wallets_journal.id
    )
    SELECT array_agg(new.id) INTO fresh FROM new;

    IF coalesce(cardinality(fresh), 0) < cardinality(j_id) THEN
        -- Some were posted before: go on with the new ones only.
        SELECT array_agg(n.id), array_agg(n.hold), array_agg(n.captured)
        INTO j_id, j_hold, j_captured
        FROM unnest(j_id, j_hold, j_captured) AS n (id, hold, captured)
        WHERE n.id IN (SELECT unnest(fresh));
        SELECT array_agg(e.journal ORDER BY e.place), array_agg(e.account ORDER BY e.place),
            array_agg(e.amount ORDER BY e.place)
        INTO e_journal, e_account, e_amount
        FROM unnest(e_journal, e_account, e_amount) WITH ORDINALITY
            AS e (journal, account, amount, place)
        WHERE e.journal IN (SELECT unnest(fresh));
    END IF;

    IF fresh IS NOT NULL THEN
        PERFORM 1 FROM wallets_account a WHERE a.id = ANY (e_account) ORDER BY a.id FOR NO KEY UPDATE;

        UPDATE wallets_hold h
        SET state = 'captured', captured_minor = c.captured, journal = c.journal, ended_at = now()
        FROM unnest(j_hold, j_captured, j_id) AS c (hold, captured, journal)
        WHERE h.id = c.hold AND h.state = 'held' AND EXISTS (
            SELECT 1 FROM unnest(e_journal, e_account, e_amount) AS e (journal, account, amount)
            WHERE e.journal = c.journal AND e.account = h.account_id);
        GET DIAGNOSTICS touched = ROW_COUNT;
        IF touched <> (SELECT count(c) FROM unnest(j_hold) AS c) THEN
            RAISE EXCEPTION 'a hold is not open' USING ERRCODE = 'QT002';
        END IF;

        INSERT INTO wallets_entry (journal_id, line, created_at, account_id, amount_minor,
            balance_after_minor, account_version, shard_key)
        SELECT e.journal, row_number() OVER (PARTITION BY e.journal ORDER BY e.place), now(),
            e.account, e.amount, a.balance_minor + sum(e.amount) OVER chain,
            a.version + row_number() OVER chain, a.shard_key
        FROM unnest(e_journal, e_account, e_amount) WITH ORDINALITY
            AS e (journal, account, amount, place)
        JOIN wallets_account a ON a.id = e.account
        WINDOW chain AS (PARTITION BY e.account ORDER BY e.place ROWS UNBOUNDED PRECEDING);
        GET DIAGNOSTICS touched = ROW_COUNT;
        IF touched <> cardinality(e_account) THEN
            RAISE EXCEPTION 'an account is unknown' USING ERRCODE = 'QT001';
        END IF;
        -- The trigger sees entries only, so a journal that has none is found here.
        IF (SELECT count(DISTINCT e) FROM unnest(e_journal) AS e) <> cardinality(fresh) THEN
            RAISE EXCEPTION 'a journal has no entries' USING ERRCODE = 'QT012';
        END IF;

        UPDATE wallets_account a
        SET balance_minor = a.balance_minor + s.amount, version = a.version + s.entries,
            held_minor = a.held_minor - coalesce(s.freed, 0)
        FROM (
            SELECT m.account, m.amount, m.entries, f.freed
            FROM (SELECT e.account, sum(e.amount) AS amount, count(*) AS entries
                  FROM unnest(e_account, e_amount) AS e (account, amount) GROUP BY e.account) m
            LEFT JOIN (SELECT h.account_id, sum(h.amount_minor) AS freed FROM wallets_hold h
                       WHERE h.id IN (SELECT unnest(j_hold)) GROUP BY h.account_id) f
                ON f.account_id = m.account
        ) s
        WHERE a.id = s.account;

        IF EXISTS (
            SELECT 1 FROM unnest(j_id, j_hold, j_captured) AS c (journal, hold, captured)
            JOIN wallets_hold h ON h.id = c.hold
            LEFT JOIN (SELECT e.journal, e.account, sum(e.amount) AS amount
                       FROM unnest(e_journal, e_account, e_amount) AS e (journal, account, amount)
                       GROUP BY e.journal, e.account) d
                ON d.journal = c.journal AND d.account = h.account_id
            WHERE d.amount IS DISTINCT FROM -c.captured
        ) THEN
            RAISE EXCEPTION 'a capture does not match its entries' USING ERRCODE = 'QT003';
        END IF;
    END IF;

    RETURN QUERY
        SELECT j.reference::text, j.id, NOT (j.id = ANY (coalesce(fresh, '{}')))
        FROM wallets_journal j WHERE j.reference = ANY (asked);
END $$;
