-- Promise: returns only where every journal given under a known reference is what was posted under it:
-- same kind, document and money. Raises QT004 otherwise.
CREATE FUNCTION ledger_same_content(
    j_id uuid[], j_reference text[], j_kind text[], j_document bytea[],
    e_journal uuid[], e_account uuid[], e_amount bigint[]
) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    other text;
BEGIN
    SELECT n.reference INTO other
    FROM unnest(j_id, j_reference, j_kind, j_document) AS n (id, reference, kind, document)
    JOIN wallets_journal j ON j.reference = n.reference
    WHERE j.kind <> n.kind OR j.document_sha256 IS DISTINCT FROM n.document OR EXISTS (
        SELECT 1 FROM (
            SELECT e.account, e.amount FROM unnest(e_journal, e_account, e_amount)
                AS e (journal, account, amount) WHERE e.journal = n.id
            UNION ALL
            SELECT w.account_id, -w.amount_minor FROM wallets_entry w WHERE w.journal_id = j.id
        ) d GROUP BY d.account HAVING sum(d.amount) <> 0)
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'reference % stands for another journal', other USING ERRCODE = 'QT004';
    END IF;
END $$;
REVOKE ALL ON FUNCTION
    ledger_same_content(uuid[], text[], text[], bytea[], uuid[], uuid[], bigint[]) FROM PUBLIC;
