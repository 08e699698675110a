-- Promise: a period keeps its time and its place in the chain, goes only the ways that it may, and is opened
-- again only by a request of its own to which a second person has agreed. Closings, filings and exceptions are only
-- ever added. The finished file of a closing stays as it is, and what ended as a request stays ended. QT042.
ALTER TABLE reports_booksperiod ADD CONSTRAINT books_period_chain
    FOREIGN KEY (merchant_id, follows) REFERENCES reports_booksperiod (merchant_id, ends_at);
CREATE FUNCTION reports_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on %: what is sealed stays as it is', TG_OP, TG_TABLE_NAME USING ERRCODE = 'QT042';
END $$;
CREATE TRIGGER books_period_never_deleted BEFORE DELETE ON reports_booksperiod
    FOR EACH ROW EXECUTE FUNCTION reports_kept();
CREATE TRIGGER books_period_kept BEFORE UPDATE ON reports_booksperiod
    FOR EACH ROW WHEN (
        (OLD.id, OLD.merchant_id, OLD.label, OLD.starts_at, OLD.ends_at, OLD.time_zone)
            IS DISTINCT FROM (NEW.id, NEW.merchant_id, NEW.label, NEW.starts_at, NEW.ends_at, NEW.time_zone)
        OR OLD.follows IS DISTINCT FROM NEW.follows
        OR (OLD.state, NEW.state) NOT IN (
            ('closed', 'filed'), ('closed', 'reopened'), ('filed', 'reopened'), ('reopened', 'closed')))
    EXECUTE FUNCTION reports_kept();
CREATE FUNCTION reports_reopened_by_two() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM reports_booksreopening r
    WHERE r.id = NEW.reopening_id AND r.period_id = NEW.id AND r.state = 'agreed'
        AND r.asked_at > (SELECT max(c.closed_at) FROM reports_booksclosing c WHERE c.period_id = NEW.id);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'period % is not opened again by one person', NEW.id USING ERRCODE = 'QT042';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER books_period_reopened_by_two BEFORE INSERT OR UPDATE ON reports_booksperiod
    FOR EACH ROW WHEN (NEW.state = 'reopened') EXECUTE FUNCTION reports_reopened_by_two();
CREATE TRIGGER books_reopening_never_deleted BEFORE DELETE ON reports_booksreopening
    FOR EACH ROW EXECUTE FUNCTION reports_kept();
CREATE TRIGGER books_reopening_kept BEFORE UPDATE ON reports_booksreopening
    FOR EACH ROW WHEN (OLD.state <> 'asked' OR (OLD.period_id, OLD.reason, OLD.asked_by_id, OLD.asked_role)
        IS DISTINCT FROM (NEW.period_id, NEW.reason, NEW.asked_by_id, NEW.asked_role))
    EXECUTE FUNCTION reports_kept();
CREATE TRIGGER sealed_export_never_deleted BEFORE DELETE ON reports_export
    FOR EACH ROW WHEN (OLD.closing_id IS NOT NULL) EXECUTE FUNCTION reports_kept();
CREATE TRIGGER sealed_export_kept BEFORE UPDATE ON reports_export
    FOR EACH ROW WHEN (OLD.closing_id IS NOT NULL
        AND (OLD.state = 'ready' OR OLD.closing_id IS DISTINCT FROM NEW.closing_id))
    EXECUTE FUNCTION reports_kept();
REVOKE UPDATE, DELETE, TRUNCATE ON reports_booksclosing, reports_booksfiling, reports_booksexception FROM {app_role};
REVOKE DELETE, TRUNCATE ON reports_booksperiod, reports_booksreopening FROM {app_role};
REVOKE TRUNCATE ON reports_export FROM {app_role};
