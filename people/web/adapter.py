"""allauth's door to us: its mail goes through the outbox.

So a mail server that is slow or away neither fails a sign-up nor tells, by the time an answer takes, which
addresses have an account.
"""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.sites.shortcuts import get_current_site

from people.flows.queue_mail import queue_mail


class AccountAdapter(DefaultAccountAdapter):
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        around = {"request": self.request, "email": email, "current_site": get_current_site(self.request)}
        mail = self.render_mail(template_prefix, email, around | context)
        queue_mail(to=email, subject=mail.subject, body=mail.body)
