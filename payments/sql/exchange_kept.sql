-- Promise: the terms that a payer agreed to, and what a refund gave back of them, are only ever added.
REVOKE UPDATE, DELETE, TRUNCATE ON payments_exchange, payments_refundexchange FROM {app_role};
