-- The same rows, one payment a call, as a careful author without sets would write it: locks in one order, balances
-- kept and chained. The payment is the next one of `bench_todo`.
CREATE FUNCTION bench_settle_one() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    turn bigint := nextval('bench_turn');
    due payments_due%ROWTYPE;
    held wallets_hold%ROWTYPE;
    given bigint;
    paper text;
    digest bytea;
    lines bigint[] := '{}'; accounts uuid[] := '{}'; amounts bigint[] := '{}';
    balances bigint[] := '{}'; versions bigint[] := '{}';
    leg record;
    kept record;
BEGIN
    DELETE FROM payments_due d USING bench_todo b WHERE b.n = turn AND d.payment_id = b.payment RETURNING d.* INTO due;
    INSERT INTO payments_receiptcounter AS c (merchant_id, last) VALUES (due.merchant, 1)
    ON CONFLICT (merchant_id) DO UPDATE SET last = c.last + 1 RETURNING last INTO given;
    paper := due.paper_before || given || due.paper_after;
    digest := sha256(convert_to(paper, 'UTF8'));
    SELECT * INTO held FROM wallets_hold h WHERE h.payment = due.payment_id AND h.state = 'held' FOR UPDATE;

    INSERT INTO wallets_journal (id, reference, kind, happened_at, document_sha256, salt, shard_key, created_at)
    VALUES (due.journal, 'sale:' || due.payment_id, 'sale', due.happened_at, digest, uuid_send(gen_random_uuid()),
        due.merchant, now());
    FOR leg IN
        SELECT g.account, g.amount, g.line
        FROM unnest(held.leg_accounts, held.leg_amounts) WITH ORDINALITY AS g (account, amount, line) ORDER BY 1
    LOOP
        UPDATE wallets_account a SET balance_minor = a.balance_minor + leg.amount, version = a.version + 1,
            held_minor = a.held_minor - CASE WHEN a.id = held.account_id THEN held.amount_minor ELSE 0 END
        WHERE a.id = leg.account RETURNING a.balance_minor, a.version INTO kept;
        lines := lines || leg.line; accounts := accounts || leg.account; amounts := amounts || leg.amount;
        balances := balances || kept.balance_minor; versions := versions || kept.version;
    END LOOP;
    -- All entries of a journal in one statement: the ledger's trigger takes no other.
    INSERT INTO wallets_entry (journal_id, line, account_id, amount_minor, balance_after_minor, account_version)
    SELECT due.journal, e.* FROM unnest(lines, accounts, amounts, balances, versions) e;

    UPDATE wallets_hold h SET state = 'captured', captured_minor = h.amount_minor, journal = due.journal,
        ended_at = now(), leg_accounts = NULL, leg_amounts = NULL
    WHERE h.payment = due.payment_id;
    INSERT INTO payments_receipt (id, merchant_id, number, kind, payment_id, body, sha256, journal)
    VALUES (due.journal, due.merchant, given, 'sale', due.payment_id, paper, digest, due.journal);
    UPDATE payments_payment p SET state = 'settled', journal = due.journal, settled_at = now()
    WHERE p.id = due.payment_id AND p.state = 'promised';
    INSERT INTO base_event (id, topic, kind, subject, shard_key, payload)
    VALUES (bench_id(), due.topic, 'payment.settled', due.payment_id, due.merchant,
        due.told || jsonb_build_object('receipt_no', given));
END $$;
