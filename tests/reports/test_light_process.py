"""A process that writes an export loads no library that only pages and papers need: each takes megabytes."""

import subprocess
import sys

HEAVY = ("cryptography", "reportlab", "PIL", "qrcode", "allauth.account.views")
LOADED = f"""
import sys, django
django.setup()
import reports.flows.write_export
print([name for name in {HEAVY} if name in sys.modules])
"""


def test_what_an_export_needs_is_loaded_and_no_more() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, timeout=60)
    assert (done.stdout.strip(), done.returncode) == ("[]", 0), done.stderr
