"""What stood in a tax profile for a whole business stands now for each place where it has a branch.

Nothing is written for *record*, which is the mode of a place without a row. The way back fences all tax of a
business that fences any.
"""

from django.db import migrations

TO_PLACES = """
INSERT INTO merchants_taxmode (id, merchant_id, place, number, mode, since)
SELECT base_new_id(), p.merchant_id, b.place, 1, 'ring_fence', p.created_at
FROM merchants_taxprofile p JOIN merchants_merchant m ON m.id = p.merchant_id
CROSS JOIN LATERAL (
    SELECT coalesce(nullif(region, ''), country) AS place FROM merchants_branch WHERE merchant_id = m.id
    UNION SELECT m.country WHERE NOT EXISTS (SELECT 1 FROM merchants_branch WHERE merchant_id = m.id)) b
WHERE p.mode = 'ring_fence'
ON CONFLICT (merchant_id, place, number) DO NOTHING
"""
TO_PROFILES = """
UPDATE merchants_taxprofile p SET mode = 'ring_fence' WHERE EXISTS (
    SELECT 1 FROM merchants_taxmode t WHERE t.merchant_id = p.merchant_id AND t.mode = 'ring_fence'
        AND NOT EXISTS (SELECT 1 FROM merchants_taxmode later WHERE later.merchant_id = t.merchant_id
            AND later.place = t.place AND later.number > t.number))
"""


class Migration(migrations.Migration):
    dependencies = [("base", "0002_new_id"), ("merchants", "0009_tax_modes")]

    operations = [migrations.RunSQL(TO_PLACES, TO_PROFILES)]
