-- Promise: the application reads the ledger and writes it only through the ledger functions.
REVOKE ALL ON wallets_account, wallets_journal, wallets_entry, wallets_hold FROM PUBLIC, {app_role};
GRANT SELECT ON wallets_account, wallets_journal, wallets_entry, wallets_hold TO {app_role};
REVOKE ALL ON FUNCTION
    ledger_open_accounts(uuid[], text[], text[], boolean[], uuid[]),
    ledger_place_hold(uuid, uuid, bigint, uuid, text),
    ledger_release_holds(uuid[]),
    ledger_post(uuid[], text[], text[], timestamptz[], bytea[], bytea[], uuid[], uuid[], bigint[],
        uuid[], uuid[], bigint[])
FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    ledger_open_accounts(uuid[], text[], text[], boolean[], uuid[]),
    ledger_place_hold(uuid, uuid, bigint, uuid, text),
    ledger_release_holds(uuid[]),
    ledger_post(uuid[], text[], text[], timestamptz[], bytea[], bytea[], uuid[], uuid[], bigint[],
        uuid[], uuid[], bigint[])
TO {app_role};
