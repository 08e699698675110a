"""What the accountant takes away, has decided and sealed, and what the audit of the books has found."""

from reports.models.books import BooksFinding, BooksLook
from reports.models.export import Export
from reports.models.packs import AnswerPack
from reports.models.schedules import FileLink, Schedule, ScheduledRun
from reports.models.seals import BooksClosing, BooksException, BooksFiling, BooksPeriod, BooksReopening
from reports.models.settings import BookSettings
from reports.models.thresholds import ThresholdNotice

__all__ = [
    "AnswerPack",
    "BookSettings",
    "BooksClosing",
    "BooksException",
    "BooksFiling",
    "BooksFinding",
    "BooksLook",
    "BooksPeriod",
    "BooksReopening",
    "Export",
    "FileLink",
    "Schedule",
    "ScheduledRun",
    "ThresholdNotice",
]
