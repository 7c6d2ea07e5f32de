"""`manage.py audit`: one JSON object with a count of violations per invariant; exit 1 if any is broken."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand

from booking.audit import count_violations


class Command(BaseCommand):
    help = "Check the invariants: ledger, claims, messages, idempotency."

    def handle(self, *args: Any, **options: Any) -> None:
        violations = count_violations()
        self.stdout.write(json.dumps(violations))
        if any(violations.values()):
            sys.exit(1)
