import time

from django.core.management.base import BaseCommand

from booking.demo.build import make_demo


class Command(BaseCommand):
    help = "Create the demo dealerships, or complete them. Safe to run again."
    requires_system_checks = []

    def handle(self, **options):
        """Tell each long step with its seconds, unless --verbosity 0."""
        began = time.monotonic()
        self.quiet = not options["verbosity"]
        make_demo(say=self._say)
        self._say(f"The demo dealerships are ready ({time.monotonic() - began:.1f} s).")

    def _say(self, line):
        if not self.quiet:
            self.stdout.write(line)
            self.stdout.flush()
