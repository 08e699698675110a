-- Promise: nothing is promised to a business at a moment at which its books are closed (QT040): neither a payment
-- nor a partner's part of one. So what closes them finds all that is still to be booked there, or is waited for.
CREATE FUNCTION payments_sale_in_open_books() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT ledger_books_open(NEW.merchant_id, NEW.happened_at) THEN
        RAISE EXCEPTION 'payment % is made in a closed period', NEW.id USING ERRCODE = 'QT040';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payment_in_open_books BEFORE INSERT ON payments_payment
    FOR EACH ROW EXECUTE FUNCTION payments_sale_in_open_books();
CREATE FUNCTION payments_share_in_open_books() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT ledger_books_open(NEW.partner_id, NEW.happened_at) THEN
        RAISE EXCEPTION 'share % is made in a closed period', NEW.id USING ERRCODE = 'QT040';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER share_in_open_books BEFORE INSERT ON payments_splitshare
    FOR EACH ROW EXECUTE FUNCTION payments_share_in_open_books();
