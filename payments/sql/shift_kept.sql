-- Promise: a closed shift and its Z report are never changed, no shift is ever deleted, and what belongs to a
-- shift is only ever added, and only while it is open. Who adds waits for who closes, or who closes for who adds.
CREATE FUNCTION payments_shift_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on %: a closed shift stays as it is', TG_OP, TG_TABLE_NAME USING ERRCODE = 'QT031';
END $$;
CREATE TRIGGER shift_kept BEFORE UPDATE ON payments_shift
    FOR EACH ROW WHEN (OLD.closed_at IS NOT NULL) EXECUTE FUNCTION payments_shift_kept();
CREATE TRIGGER shift_never_deleted BEFORE DELETE ON payments_shift
    FOR EACH ROW EXECUTE FUNCTION payments_shift_kept();
CREATE FUNCTION payments_shift_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM payments_shift s WHERE s.id = NEW.shift_id AND s.closed_at IS NULL FOR KEY SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION '% on %: the shift is closed', TG_OP, TG_TABLE_NAME USING ERRCODE = 'QT031';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hand_over_while_open BEFORE INSERT ON payments_handover
    FOR EACH ROW EXECUTE FUNCTION payments_shift_is_open();
CREATE TRIGGER cash_move_while_open BEFORE INSERT ON payments_cashmove
    FOR EACH ROW EXECUTE FUNCTION payments_shift_is_open();
REVOKE UPDATE, DELETE, TRUNCATE ON payments_handover, payments_cashmove, payments_outsidepayment FROM {app_role};
