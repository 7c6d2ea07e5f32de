from django.core.management.base import BaseCommand, CommandError

from api.keys import make_key
from dealerships.models import Group


class Command(BaseCommand):
    help = "Make an API key for a group and print it; it can't be shown again."

    def add_arguments(self, parser):
        parser.add_argument("group", help="the group's slug")
        parser.add_argument("name", help="whose key it is, for people")

    def handle(self, *, group, name, **_options):
        known = Group.objects.filter(slug=group).first()
        if known is None:
            raise CommandError(f"There is no group {group}.")
        self.stdout.write(make_key(group=known, name=name))
