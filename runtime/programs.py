"""What runs besides the database and the broker: web server, worker, outbox loop."""

import signal
import sys
from pathlib import Path

from runtime.processes import Program

_REPOSITORY = Path(__file__).resolve().parent.parent


def fake_gateway(var: Path) -> Program:
    """The demo's text messages; where it listens stands in SMS_URL, which every program has."""
    argv = [sys.executable, "manage.py", "fake_gateway"]
    env = {"VAR_DIR": str(var), "PYTHONUNBUFFERED": "1"}
    return Program("gateway", argv, _REPOSITORY, env, None, signal.SIGTERM, 5.0)


def site_programs(var: Path, host: str, port: int) -> list[Program]:
    """The three programs of the site, in the order in which they start."""
    env = {"VAR_DIR": str(var), "HOST": host, "PORT": str(port), "PYTHONUNBUFFERED": "1"}

    def python(name: str, *words: str, stop_seconds: float = 15.0) -> Program:
        return Program(name, [sys.executable, *words], _REPOSITORY, env, None, signal.SIGTERM, stop_seconds)

    return [
        python(
            "web", "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
            "--workers", "2", "--blocking-threads", "4", "--no-access-log", "--respawn-failed-workers",
            "--workers-kill-timeout", "10", "config.wsgi:application",
        ),
        python(
            "worker", "-m", "celery", "-A", "config", "worker", "--beat",
            "--schedule", str(var / "celerybeat-schedule"), "--pool", "prefork", "--concurrency", "2",
            "--loglevel", "INFO", "--without-gossip", "--without-mingle",
        ),
        python("dispatch", "manage.py", "dispatch"),
    ]  # fmt: skip
