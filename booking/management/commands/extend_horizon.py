from django.core.management.base import BaseCommand

from booking.actions.capacity import extend_horizon
from dealerships.models import Dealership


class Command(BaseCommand):
    help = (
        "Make the capacity pools that are missing, of every dealership, up to its horizon. Safe to run again."
    )
    requires_system_checks = []

    def handle(self, **_options):
        for dealership in Dealership.objects.select_related("group"):
            made = extend_horizon(dealership=dealership)
            self.stdout.write(f"{dealership.slug}: {made} capacity pools made")
