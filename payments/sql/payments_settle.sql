-- Promise: settles due payments in the caller's transaction, all that it takes or none: up to `most` of those
-- whose lane is `lane` of `lanes`, oldest first, walking around rows that another has in hand; or the one
-- payment `only`, waiting for it. Answers how many, and the topics of their tills. The number of statements
-- does not grow with the batch. Lock order: due, receipt counters by merchant, hold, accounts by id.
-- Everything written was fixed by the confirm but the receipt's number: the journals' entries stand with the
-- holds (`ledger_settle_holds` writes them), the receipt's text before and after its number in the queue.
CREATE FUNCTION payments_settle(
    lanes integer, lane integer, most integer, only_one uuid, OUT settled bigint, OUT topics text[]
)
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    taken uuid[];
    payments uuid[];
    merchants uuid[];
    journals uuid[];
    numbers bigint[];
    moments timestamptz[];
    digests bytea[];
    flipped bigint;
BEGIN
    IF only_one IS NULL THEN
        taken := ARRAY(
            SELECT d.payment_id FROM payments_due d WHERE d.lane % payments_settle.lanes = payments_settle.lane
            ORDER BY d.payment_id LIMIT most FOR UPDATE SKIP LOCKED);
    ELSE
        taken := ARRAY(SELECT d.payment_id FROM payments_due d WHERE d.payment_id = only_one FOR UPDATE);
    END IF;
    settled := cardinality(taken);
    IF settled = 0 THEN
        RETURN;
    END IF;

    -- Each merchant's next numbers without gaps: the counters stay locked until the commit, so that a rollback
    -- leaves no hole.
    WITH due AS MATERIALIZED (
        SELECT d.* FROM unnest(taken) t (id) JOIN payments_due d ON d.payment_id = t.id
    ), wanted AS (
        SELECT merchant, count(*) AS receipts FROM due GROUP BY merchant
    ), counted AS (
        INSERT INTO payments_receiptcounter AS c (merchant_id, last)
        SELECT merchant, receipts FROM wanted ORDER BY merchant
        ON CONFLICT (merchant_id) DO UPDATE SET last = c.last + excluded.last
        RETURNING merchant_id AS merchant, last
    ), numbered AS (
        SELECT due.*, counted.last - wanted.receipts
            + row_number() OVER (PARTITION BY due.merchant ORDER BY due.payment_id) AS number
        FROM due JOIN wanted USING (merchant) JOIN counted USING (merchant)
    ), written AS (
        SELECT n.*, n.paper_before || n.number || n.paper_after AS body FROM numbered n
    ), receipts AS (
        INSERT INTO payments_receipt (id, merchant_id, number, kind, payment_id, body, sha256, journal)
        SELECT journal, merchant, number, 'sale', payment_id, body, sha256(convert_to(body, 'UTF8')), journal
        FROM written RETURNING payment_id, merchant_id, journal, number, sha256
    )
    SELECT array_agg(r.payment_id ORDER BY r.payment_id), array_agg(r.merchant_id ORDER BY r.payment_id),
        array_agg(r.journal ORDER BY r.payment_id), array_agg(r.number ORDER BY r.payment_id),
        array_agg(d.happened_at ORDER BY r.payment_id), array_agg(r.sha256 ORDER BY r.payment_id)
    INTO payments, merchants, journals, numbers, moments, digests
    FROM receipts r JOIN due d ON d.payment_id = r.payment_id;

    PERFORM ledger_settle_holds(
        payments, journals, ARRAY(SELECT 'sale:' || p FROM unnest(payments) p), 'sale', moments, digests, merchants);

    UPDATE payments_payment p SET state = 'settled', journal = s.journal, settled_at = now()
    FROM unnest(payments, journals) AS s (payment, journal) WHERE p.id = s.payment AND p.state = 'promised';
    GET DIAGNOSTICS flipped = ROW_COUNT;
    IF flipped <> settled THEN
        RAISE EXCEPTION 'a payment that was due is not promised' USING ERRCODE = 'assert_failure';
    END IF;
    WITH gone AS (
        DELETE FROM payments_due d USING unnest(payments, numbers) AS s (payment, number)
        WHERE d.payment_id = s.payment
        RETURNING d.topic, s.payment, d.merchant, d.told || jsonb_build_object('receipt_no', s.number) AS told
    ), told AS (
        INSERT INTO base_event (id, topic, kind, subject, shard_key, payload)
        SELECT base_new_id(), topic, 'payment.settled', payment, merchant, told FROM gone ORDER BY payment
        RETURNING topic
    )
    SELECT array_agg(DISTINCT t.topic) INTO topics FROM told t;
END $$;
