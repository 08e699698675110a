-- Promise: what an import did, or why it was refused, stays written down.
REVOKE UPDATE, DELETE, TRUNCATE ON wallets_fximport FROM {app_role};
