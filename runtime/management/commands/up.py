"""`manage.py up`: from an empty directory to a running site, in the foreground."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from runtime import paths
from runtime.errors import StartError
from runtime.start import Start
from runtime.supervisor import Stopped


class Command(BaseCommand):
    """Turns a failed start into one sentence and exit code 1."""

    help = "Starts PostgreSQL, Valkey, web server, worker and outbox loop; Ctrl-C stops all of it."
    requires_system_checks = []  # the children check; here they would only delay the first line

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-demo", action="store_true", help="start without making the demo dealership")

    def handle(self, *_args: object, **options: object) -> None:
        try:
            Start(paths.var_dir(), demo=settings.DEMO and not options["no_demo"], out=self._out).run()
        except Stopped:
            self._out("\nStopped.\n")
        except KeyboardInterrupt:
            raise SystemExit(130) from None
        except StartError as error:
            self.stderr.write(str(error))
            raise SystemExit(1) from None

    def _out(self, text: str) -> None:
        self.stdout.write(text, ending="")
        self.stdout.flush()
