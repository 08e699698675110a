"""While an export is made, say every few seconds that its builder lives and how far it is.

A thread with a connection of its own says it, for the builder's is inside a snapshot. Promise: nothing is
said any more once the block is left, and a builder that lost its lease says nothing at all.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta

from django.db import InterfaceError, OperationalError, connections
from django.db.models import QuerySet
from django.db.models.functions import Now

from reports.models import Export
from reports.queries.sources import Progress

EVERY = timedelta(seconds=3)
log = logging.getLogger(__name__)


@contextmanager
def keep_telling(*, mine: QuerySet[Export], progress: Progress) -> Iterator[None]:
    """mine: the export as long as it is this builder's."""
    done = threading.Event()
    teller = threading.Thread(target=_tell, args=(mine, progress, done), name="export progress", daemon=True)
    teller.start()
    try:
        yield
    finally:
        done.set()
        teller.join()


def _tell(mine: QuerySet[Export], progress: Progress, done: threading.Event) -> None:
    with closing(connections["default"]) as connection:
        while not done.wait(EVERY.total_seconds()):
            try:
                mine.update(told_at=Now(), rows=progress.rows, rows_total=progress.total)
            except (OperationalError, InterfaceError) as error:
                log.warning("the progress of an export was not written: %s", error)
                connection.close_if_unusable_or_obsolete()
