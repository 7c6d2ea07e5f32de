"""`manage.py fake_gateway`: text messages for development that go nowhere (docs/messages.md)."""

from urllib.parse import parse_qsl, unquote, urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from runtime.fake_gateway import FakeGateway, Server
from runtime.folders import make_var_dir


class Command(BaseCommand):
    """Serves until it is stopped."""

    help = (
        "Takes text messages as a gateway would, sends none, and misbehaves on demand. For development only."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, help="where to listen; that of SMS_URL when it is not given")

    def handle(self, *_args: object, **options: object) -> None:
        url = urlsplit(settings.SMS_URL)
        if url.scheme != "gateway+http":
            raise CommandError(
                "Set SMS_URL=gateway+http://KEY:SECRET@127.0.0.1:PORT/?from=+1450…"  # pragma: allowlist secret
            )
        make_var_dir(settings.VAR_DIR)
        gateway = FakeGateway(
            key=unquote(url.username or ""),
            secret=unquote(url.password or ""),
            sender=dict(parse_qsl(url.query.replace("+", "%2B"))).get("from", ""),
            site=settings.PUBLIC_URL,
            telephony_secret=(settings.TELEPHONY_SECRETS or [""])[0],
            book=settings.VAR_DIR / "gateway.jsonl",
        )
        with Server(int(str(options["port"] or url.port or 0)), gateway) as server:
            self.stdout.write(f"Text messages go nowhere from http://127.0.0.1:{server.server_port}/.")
            server.serve_forever()
