-- The same rows as a settlement, by one set-wise function with nothing in front of it: the payments of `bench_todo`
-- whose turn it is, `batch` of them a call. It looks for nothing: no queue is searched and no lane is taken.
CREATE FUNCTION bench_settle(batch integer) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    turn bigint := nextval('bench_turn');
    p_payment uuid[]; p_merchant uuid[]; p_journal uuid[]; p_happened timestamptz[];
    p_before text[]; p_after text[]; p_topic text[]; p_told jsonb[];
    p_number bigint[]; p_body text[]; p_sha256 bytea[];
    e_journal uuid[]; e_account uuid[]; e_amount bigint[];
BEGIN
    WITH due AS (
        DELETE FROM payments_due d USING bench_todo b
        WHERE d.payment_id = b.payment AND b.n > (turn - 1) * batch AND b.n <= turn * batch RETURNING d.*
    )
    SELECT array_agg(d.payment_id ORDER BY d.payment_id),
        array_agg(d.merchant ORDER BY d.payment_id), array_agg(d.journal ORDER BY d.payment_id),
        array_agg(d.happened_at ORDER BY d.payment_id), array_agg(d.paper_before ORDER BY d.payment_id),
        array_agg(d.paper_after ORDER BY d.payment_id), array_agg(d.topic ORDER BY d.payment_id),
        array_agg(d.told ORDER BY d.payment_id)
    INTO p_payment, p_merchant, p_journal, p_happened, p_before, p_after, p_topic, p_told FROM due d;

    -- The next receipt numbers, without gaps; the counters stay locked until the commit.
    WITH counted AS (
        INSERT INTO payments_receiptcounter AS c (merchant_id, last)
        SELECT m, count(*) FROM unnest(p_merchant) m GROUP BY m ORDER BY m
        ON CONFLICT (merchant_id) DO UPDATE SET last = c.last + excluded.last RETURNING merchant_id, last
    ), placed AS (
        SELECT m.merchant, m.n, row_number() OVER (PARTITION BY m.merchant ORDER BY m.n DESC) - 1 AS back
        FROM unnest(p_merchant) WITH ORDINALITY AS m (merchant, n)
    )
    SELECT array_agg(c.last - p.back ORDER BY p.n) INTO p_number
    FROM placed p JOIN counted c ON c.merchant_id = p.merchant;
    SELECT array_agg(t.body ORDER BY t.n), array_agg(sha256(convert_to(t.body, 'UTF8')) ORDER BY t.n)
    INTO p_body, p_sha256
    FROM (SELECT p.n, p.before || p.number || p.after AS body
          FROM unnest(p_before, p_number, p_after) WITH ORDINALITY AS p (before, number, after, n)) t;

    PERFORM 1 FROM wallets_hold h WHERE h.payment = ANY (p_payment) AND h.state = 'held' ORDER BY h.payment FOR UPDATE;
    SELECT array_agg(l.journal ORDER BY l.n, l.line), array_agg(l.account ORDER BY l.n, l.line),
        array_agg(l.amount ORDER BY l.n, l.line)
    INTO e_journal, e_account, e_amount
    FROM (SELECT p.journal, p.n, g.line, g.account, g.amount
          FROM unnest(p_journal, p_payment) WITH ORDINALITY AS p (journal, payment, n)
          JOIN wallets_hold h ON h.payment = p.payment,
          unnest(h.leg_accounts, h.leg_amounts) WITH ORDINALITY AS g (account, amount, line)) l;
    PERFORM 1 FROM wallets_account a WHERE a.id = ANY (e_account) ORDER BY a.id FOR NO KEY UPDATE;

    INSERT INTO wallets_journal (id, reference, kind, happened_at, document_sha256, salt, shard_key, created_at)
    SELECT p.journal, 'sale:' || p.payment, 'sale', p.happened, p.sha256, uuid_send(gen_random_uuid()), p.merchant,
        now()
    FROM unnest(p_journal, p_payment, p_happened, p_sha256, p_merchant)
        AS p (journal, payment, happened, sha256, merchant);

    INSERT INTO wallets_entry (journal_id, line, created_at, account_id, amount_minor, balance_after_minor,
        account_version)
    SELECT e.journal, row_number() OVER (PARTITION BY e.journal ORDER BY e.place), now(), e.account, e.amount,
        a.balance_minor + sum(e.amount) OVER chain, a.version + row_number() OVER chain
    FROM unnest(e_journal, e_account, e_amount) WITH ORDINALITY AS e (journal, account, amount, place)
    JOIN wallets_account a ON a.id = e.account
    WINDOW chain AS (PARTITION BY e.account ORDER BY e.place ROWS UNBOUNDED PRECEDING);

    UPDATE wallets_account a SET balance_minor = a.balance_minor + s.amount, version = a.version + s.entries,
        held_minor = a.held_minor - s.freed
    FROM (SELECT m.account, sum(m.amount) AS amount, sum(m.entries) AS entries, sum(m.freed) AS freed
          FROM (SELECT e.account, e.amount, 1 AS entries, 0 AS freed
                FROM unnest(e_account, e_amount) AS e (account, amount)
                UNION ALL
                SELECT h.account_id, 0, 0, h.amount_minor FROM wallets_hold h WHERE h.payment = ANY (p_payment)) m
          GROUP BY m.account) s
    WHERE a.id = s.account;

    UPDATE wallets_hold h SET state = 'captured', captured_minor = h.amount_minor, journal = p.journal,
        ended_at = now(), leg_accounts = NULL, leg_amounts = NULL
    FROM unnest(p_payment, p_journal) AS p (payment, journal) WHERE h.payment = p.payment AND h.state = 'held';

    INSERT INTO payments_receipt (id, merchant_id, number, kind, payment_id, body, sha256, journal)
    SELECT p.journal, p.merchant, p.number, 'sale', p.payment, p.body, p.sha256, p.journal
    FROM unnest(p_merchant, p_number, p_payment, p_body, p_sha256, p_journal)
        AS p (merchant, number, payment, body, sha256, journal);

    UPDATE payments_payment t SET state = 'settled', journal = p.journal, settled_at = now()
    FROM unnest(p_payment, p_journal) AS p (payment, journal) WHERE t.id = p.payment AND t.state = 'promised';

    INSERT INTO base_event (id, topic, kind, subject, shard_key, payload)
    SELECT bench_id(), p.topic, 'payment.settled', p.payment, p.merchant,
        p.told || jsonb_build_object('receipt_no', p.number)
    FROM unnest(p_topic, p_payment, p_merchant, p_told, p_number) AS p (topic, payment, merchant, told, number);
    RETURN cardinality(p_payment);
END $$;
