-- Promise: a rate of exchange stays as it was imported, since payments were made by it.
REVOKE UPDATE, DELETE, TRUNCATE ON wallets_fxrate FROM {app_role};
