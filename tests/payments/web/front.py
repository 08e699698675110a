"""The real front with other patience: what LIVE and FRONT (JSON) name is set before it serves."""

import json
import os

from config import asgi
from payments.web import live

for module, name in ((live, "LIVE"), (asgi, "FRONT")):
    for constant, value in json.loads(os.environ.get(name, "{}")).items():
        assert hasattr(module, constant), constant
        setattr(module, constant, value)

application = asgi.application
