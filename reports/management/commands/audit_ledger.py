"""`manage.py audit_ledger`: are the books right? JSON on stdout, exit 1 on a finding."""

import json
import sys
import time
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from reports.core.invariants import count_by_invariant
from reports.flows.audit import CHECKS, audit


class Command(BaseCommand):
    help = "Run every check of the books in one snapshot. Prints JSON; exit 1 when something is wrong."

    def handle(self, *args: Any, **options: Any) -> None:
        begun = time.monotonic()
        findings = audit()
        answer = {
            "checks": len(CHECKS),
            "invariants": count_by_invariant(findings),
            "findings": [asdict(finding) for finding in findings],
            "seconds": round(time.monotonic() - begun, 3),
            "clean": not findings,
        }
        self.stdout.write(json.dumps(answer, indent=2, ensure_ascii=False, default=str))
        if findings:
            sys.exit(1)
