"""Reverse a posted journal by a new one: `manage.py reverse_journal top_up:<id> --operator … --reason …`."""

from typing import Any
from uuid import uuid4

from django.core.management.base import BaseCommand, CommandError, CommandParser

from base.core.errors import Refused
from people.queries import operator_named
from wallets.flows.reverse import reverse
from wallets.queries import journal_named


class Command(BaseCommand):
    help = "Take a posted journal back by a new one with the other signs; nothing is edited."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("journal", help="the journal's reference or id")
        parser.add_argument("--operator", required=True, help="the operator's e-mail address")
        parser.add_argument("--reason", required=True, help="why; it stands in the audit trail")

    def handle(self, *, journal: str, operator: str, reason: str, **options: Any) -> None:
        operator_id, journal_id = operator_named(operator), journal_named(journal)
        if operator_id is None or journal_id is None:
            raise CommandError("No such operator." if operator_id is None else "No such journal.")
        try:
            made = reverse(operator_id=operator_id, journal_id=journal_id, reason=reason, key=str(uuid4()))
        except Refused as no:
            raise CommandError(str(no)) from no
        self.stdout.write(f"reversed by journal {made}")
