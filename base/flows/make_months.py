"""Keep monthly partitions three months ahead of the clock."""

from django.db import connection


def make_months(*, ahead: int = 3) -> None:
    """Make this month's and the next `ahead` months' partitions where they are missing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT make_month_partitions(%s)", [ahead])
