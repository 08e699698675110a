"""What the accountant takes away, and what the audit of the books has found."""

from reports.models.books import BooksFinding, BooksLook
from reports.models.export import Export
from reports.models.thresholds import ThresholdNotice

__all__ = ["BooksFinding", "BooksLook", "Export", "ThresholdNotice"]
