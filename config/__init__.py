"""The top of the staircase: settings, urls, celery, error map, page frame."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
