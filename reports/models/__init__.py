"""What the accountant takes away, what is sealed, and what the audit of the books has found."""

from reports.models.books import BooksFinding, BooksLook
from reports.models.export import Export
from reports.models.packs import AnswerPack
from reports.models.schedules import FileLink, Schedule, ScheduledRun
from reports.models.seals import BooksClosing, BooksException, BooksFiling, BooksPeriod, BooksReopening
from reports.models.thresholds import ThresholdNotice

__all__ = [
    "AnswerPack",
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
