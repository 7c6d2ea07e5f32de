"""The start of the whole site, step by step, and its end."""

import os
import secrets
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from runtime import preflight, steps
from runtime.errors import StartError
from runtime.folders import log_dir, make_var_dir, remove_socket_dirs
from runtime.logs import last_line
from runtime.postgres import EmbeddedPostgres
from runtime.programs import fake_gateway, site_programs
from runtime.readiness import host_header, is_ready, public_address
from runtime.supervisor import Stopped, Supervisor
from runtime.valkey import EmbeddedValkey

# The demo dealership’s, which no customer of the demo has.
DEMO_SENDER = "+14505550134"
DEMO_LOGINS = (
    "conseiller@demo.example",
    "directrice@demo.example",
    "livraison@demo.example",
    "pieces@demo.example",
)


class Start:
    """One run of Créneau in the foreground on `var`."""

    def __init__(self, var: Path, *, demo: bool, out: Callable[[str], None]) -> None:
        """`out` writes text to the terminal as it is, line ends included."""
        self.var = var
        self.demo = demo
        self.out = out

    def run(self) -> None:
        """Start everything, watch over it until a signal comes, stop everything.

        Raises StartError with the reason when something can't start, Stopped when a signal comes before that.
        """
        os.environ["VAR_DIR"] = str(self.var)  # absolute from here on, for the children
        preflight.check_packages()
        make_var_dir(self.var)
        with preflight.lock_var_dir(self.var):
            preflight.check_disk(self.var)
            preflight.check_address(settings.HOST, settings.PORT)
            try:
                with Supervisor(log_dir(self.var), self._say) as supervisor:
                    self._start_servers(supervisor)
                    self._prepare_site()
                    self._start_site(supervisor)
                    supervisor.watch()
                    self._say("Stopping…")
            finally:
                remove_socket_dirs(self.var)
        self._say("Stopped.")

    def _start_servers(self, supervisor: Supervisor) -> None:
        if not os.environ.get("DATABASE_URL"):
            postgres = EmbeddedPostgres(self.var)
            self._step("PostgreSQL", lambda: _bring_up(supervisor, postgres))
            postgres.ensure_database()
        if not os.environ.get("BROKER_URL"):
            self._step("Valkey", lambda: _bring_up(supervisor, EmbeddedValkey(self.var)))

    def _prepare_site(self) -> None:
        self._step("Migrations", steps.migrate)
        self._step("Translations", steps.compile_translations)
        self._step("Static files", steps.collect_static)
        if self.demo:
            self._step("Demo dealership", lambda: steps.make_demo(self.out))
        steps.close_database()

    def _start_site(self, supervisor: Supervisor) -> None:
        host, port = settings.HOST, settings.PORT
        name = host_header(settings.ALLOWED_HOSTS, host)
        has_phones = _give_gateway()
        web, *others = site_programs(self.var, host, port)
        others = ([fake_gateway(self.var)] if has_phones else []) + others
        supervisor.start(web)
        # Customers first: on a small machine the others' start would double the web server's.
        supervisor.watch(until=lambda: is_ready(host, port, name), seconds=5)
        for program in others:
            supervisor.start(program)
        while not supervisor.watch(until=lambda: is_ready(host, port, name), seconds=60):
            if supervisor.asked_to_stop:
                return
            log = log_dir(self.var) / "web.log"
            self._say(f"The site does not answer /readyz yet; last line of {log}: {last_line(log)}")
        self._greet(public_address(host, port), has_phones=has_phones)

    def _greet(self, address: str, *, has_phones: bool) -> None:
        self._say(f"Créneau is ready: {address}")
        if not self.demo:
            return
        self._say("")
        for login in DEMO_LOGINS:
            self._say(f"  {login}  creneau-demo")
        self._say("  API key: creneau-demo-key")
        phones = ["demo/phone/"] if has_phones else []
        for path in ("desk/", "demo/outbox/", *phones, "api/docs"):
            self._say(f"  {address}{path}")

    def _step(self, name: str, work: Callable[[], str]) -> None:
        """Announce the step, do it, and say what came of it and how long it took."""
        self.out(f"{name}… ")
        began = time.monotonic()
        try:
            result = work()
        except StartError:
            self.out("\n")
            raise
        except Exception as error:
            self.out("\n")
            log = log_dir(self.var) / "up.log"
            log.write_text(traceback.format_exc())
            reason = " ".join(str(error).split()) or type(error).__name__
            raise StartError(f"{name} failed: {reason} (details: {log})") from error
        self.out(f"{result} ({time.monotonic() - began:.1f} s)\n")

    def _say(self, line: str) -> None:
        self.out(f"{line}\n")


def _give_gateway() -> bool:
    """In the demo, and unless the operator has set SMS_URL: name a fake gateway on this machine to all programs."""
    if not settings.DEMO or os.environ.get("SMS_URL"):
        return False
    # New at every start, and in the children's environment only.
    key, secret = "demo", secrets.token_urlsafe(24)  # pragma: allowlist secret
    os.environ["SMS_URL"] = (
        f"gateway+http://{key}:{secret}@127.0.0.1:{preflight.free_port()}/?from={DEMO_SENDER}"
    )
    os.environ["TELEPHONY_SECRET"] = os.environ.get("TELEPHONY_SECRET") or secrets.token_urlsafe(24)
    return True


def _bring_up(supervisor: Supervisor, server: EmbeddedPostgres | EmbeddedValkey) -> str:
    """Start a server under the supervisor and wait until it answers, 30 s at most.

    After a kill -9 the first tries may fail while the old server's children still hold the data: the
    supervisor's restarts cover that.
    """
    child = supervisor.start(server.program())
    if not supervisor.watch(until=server.answers, seconds=30):
        if supervisor.asked_to_stop:
            raise Stopped
        raise StartError(f"{child.program.name} did not start: {last_line(child.log)} (log: {child.log})")
    return "running"
