"""Django as WSGI: what the front (`config/asgi.py`) hands everything but live events to."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
# What was loaded stays: the collector need not walk through all of Django again and again.
gc.collect()
gc.freeze()
