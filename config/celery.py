"""The Celery app. Tasks are alarm clocks: they carry ids and may be rung twice."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("quittance")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
