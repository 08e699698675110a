-- Promise: entries are partitioned by month from the first day on. (Migration 0010 took the primary key
-- and the shard away: an index over the journal finds its entries, `entry_balanced` sees to their numbers.) No foreign key on journal or account: a row
-- check per entry would cost a batch its speed and make busy accounts hot; the trigger
-- `entry_balanced` checks both for the whole statement.
CREATE TABLE wallets_entry (
    journal_id uuid NOT NULL,
    line smallint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    account_id uuid NOT NULL,
    amount_minor bigint NOT NULL,
    balance_after_minor bigint NOT NULL,
    account_version bigint NOT NULL,
    shard_key uuid NOT NULL,
    PRIMARY KEY (journal_id, line, created_at),
    CONSTRAINT entry_not_zero CHECK (amount_minor <> 0),
    CONSTRAINT entry_bounded CHECK (amount_minor BETWEEN -1000000000000000 AND 1000000000000000)
) PARTITION BY RANGE (created_at);
CREATE INDEX entry_account_version ON wallets_entry (account_id, account_version);
