"""The three front doors of the demo, with their log-ins, for the launcher to print."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.urls import reverse

from config.demo.cast import ACCOUNTANT, CAFE, CUSTOMERS, OPERATOR, PASSWORD, PIN
from merchants.models import QrCode, Till
from merchants.queries import link_of


class Command(BaseCommand):
    help = "Print where to go in the demo."

    def handle(self, **options: Any) -> None:
        base = settings.BASE_URL
        poster = QrCode.objects.filter(label=CAFE.poster[1], merchant__trade_name=CAFE.trade_name).first()
        till = Till.objects.filter(branch__merchant__trade_name=CAFE.trade_name).order_by("id").first()
        if poster is None or till is None:
            self.stdout.write("The demo is not seeded: ./run manage seed_demo")
            return
        doors = (
            ("Shop", CAFE.owner, base + reverse("merchants:home")),
            ("Till", CAFE.cashier, base + reverse("payments:till", args=[till.pk])),
            ("Customer", next(iter(CUSTOMERS)), link_of(poster)),
            ("Accountant", ACCOUNTANT, base + reverse("reports:home")),
            ("Operator", OPERATOR, base + reverse("merchants:operator")),
        )
        for name, email, address in doors:
            self.stdout.write(f"  {name:<11}{email:<28}{address}")
        self.stdout.write(f"  Password of everybody: {PASSWORD}   PIN of customers: {PIN}")
