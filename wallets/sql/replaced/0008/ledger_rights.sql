-- Promise: the application reads the ledger and writes it only through the ledger functions. The
-- functions behind them (ledger_write_entries, ledger_check_*, ...) are for the owner alone.
REVOKE ALL ON wallets_account, wallets_journal, wallets_entry, wallets_hold FROM PUBLIC, {app_role};
GRANT SELECT ON wallets_account, wallets_journal, wallets_entry, wallets_hold TO {app_role};
REVOKE ALL ON FUNCTION
    ledger_open_accounts(uuid[], text[], text[], boolean[], uuid[]),
    ledger_close_account(uuid),
    ledger_place_hold(uuid, uuid, bigint, uuid, text, uuid[], bigint[]),
    ledger_release_holds(uuid[]),
    ledger_settle_holds(uuid[], uuid[], text[], text, timestamptz[], bytea[], uuid[]),
    ledger_post(uuid[], text[], text[], timestamptz[], bytea[], bytea[], uuid[], uuid[], bigint[],
        uuid[], uuid[], bigint[])
FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    ledger_open_accounts(uuid[], text[], text[], boolean[], uuid[]),
    ledger_close_account(uuid),
    ledger_place_hold(uuid, uuid, bigint, uuid, text, uuid[], bigint[]),
    ledger_release_holds(uuid[]),
    ledger_settle_holds(uuid[], uuid[], text[], text, timestamptz[], bytea[], uuid[]),
    ledger_post(uuid[], text[], text[], timestamptz[], bytea[], bytea[], uuid[], uuid[], bigint[],
        uuid[], uuid[], bigint[])
TO {app_role};
