-- Promise: a journal and an entry are never changed and never deleted, not even by their owner;
-- a correction is a new journal. An account keeps its code, currency and guard, and is never deleted.
CREATE FUNCTION ledger_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on %: the ledger is only ever added to', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'QT020';
END $$;
CREATE TRIGGER journal_immutable BEFORE UPDATE OR DELETE ON wallets_journal
    FOR EACH ROW EXECUTE FUNCTION ledger_immutable();
CREATE TRIGGER entry_immutable BEFORE UPDATE OR DELETE ON wallets_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_immutable();
CREATE TRIGGER account_identity BEFORE UPDATE OF id, code, currency, guarded, shard_key ON wallets_account
    FOR EACH ROW WHEN ((OLD.id, OLD.code, OLD.currency, OLD.guarded, OLD.shard_key)
        IS DISTINCT FROM (NEW.id, NEW.code, NEW.currency, NEW.guarded, NEW.shard_key))
    EXECUTE FUNCTION ledger_immutable();
CREATE TRIGGER account_kept BEFORE DELETE ON wallets_account
    FOR EACH ROW EXECUTE FUNCTION ledger_immutable();
