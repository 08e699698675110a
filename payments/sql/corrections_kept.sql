-- Promise: a correction and its lines are only ever added, like the sale that they correct.
REVOKE UPDATE, DELETE, TRUNCATE ON payments_correction, payments_correctionline FROM {app_role};
