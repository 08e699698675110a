-- Promise: names the journals of a batch that would take a guarded account below what is free, decided
-- as if the batch were posted one by one in its order: whoever comes first gets the money. Nothing is
-- written; the caller has locked the accounts. `known` journals stand in the ledger and do not count. Where nobody overdraws this is one statement; else only
-- the journals that touch an offending account are decided one by one. Refusing one of them may take a
-- credit away from a further account, so the set of offending accounts grows until it is closed.
CREATE FUNCTION ledger_overdrawing(
    j_id uuid[], j_payment uuid[], e_journal uuid[], e_account uuid[], e_amount bigint[], known uuid[]
) RETURNS uuid[]
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    refused uuid[] := '{}';
    offending uuid[] := '{}';
    more uuid[];
    free numeric[];
    one record;
BEGIN
    LOOP
        SELECT array_agg(DISTINCT d.account) INTO more FROM (
            SELECT m.account, a.balance_minor - a.held_minor
                + sum(m.free_change) OVER (PARTITION BY m.account ORDER BY m.place) AS free
            FROM ledger_moves(j_id, j_payment, e_journal, e_account, e_amount) m
            JOIN wallets_account a ON a.id = m.account
            WHERE a.guarded AND m.journal <> ALL (known || refused)
        ) d WHERE d.free < 0;
        IF more IS NULL THEN
            RETURN refused;
        END IF;
        offending := offending || more;
        refused := '{}';
        free := ARRAY(
            SELECT a.balance_minor - a.held_minor FROM unnest(offending) WITH ORDINALITY AS o (id, place)
            JOIN wallets_account a ON a.id = o.id ORDER BY o.place);
        FOR one IN
            SELECT m.journal, array_agg(array_position(offending, m.account)) AS places,
                array_agg(m.free_change) AS changes
            FROM ledger_moves(j_id, j_payment, e_journal, e_account, e_amount) m
            WHERE m.account = ANY (offending) AND m.journal <> ALL (known)
            GROUP BY m.place, m.journal ORDER BY m.place
        LOOP
            IF EXISTS (SELECT 1 FROM unnest(one.places, one.changes) AS c (place, change)
                       WHERE free[c.place] + c.change < 0) THEN
                refused := refused || one.journal;
            ELSE
                FOR i IN 1 .. cardinality(one.places) LOOP
                    free[one.places[i]] := free[one.places[i]] + one.changes[i];
                END LOOP;
            END IF;
        END LOOP;
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION ledger_overdrawing(uuid[], uuid[], uuid[], uuid[], bigint[], uuid[]) FROM PUBLIC;
