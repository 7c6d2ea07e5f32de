"""Typed readers of the environment whose errors say what to do."""

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()

_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


def flag(name: str, *, default: bool = False) -> bool:
    """True for 1/true/yes/on, False for 0/false/no/off; anything else stops the start with a sentence."""
    text = str(env.str(name, default="1" if default else "0")).strip().lower()
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name} is {text!r}; set it to 1 or 0.")


def number(name: str, *, default: int, least: int = 0) -> int:
    """A whole number of at least `least`."""
    text = str(env.str(name, default=str(default))).strip()
    if not text.isdecimal() or int(text) < least:
        raise ImproperlyConfigured(f"{name} is {text!r}; set it to a whole number of at least {least}.")
    return int(text)


def choice(name: str, *, default: str, choices: tuple[str, ...]) -> str:
    """One of `choices`, in lower case."""
    text = str(env.str(name, default=default)).strip().lower()
    if text not in choices:
        raise ImproperlyConfigured(f"{name} is {text!r}; set it to one of {', '.join(choices)}.")
    return text


def words(name: str, *, default: list[str]) -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in env.str(name, default=",".join(default)).split(",") if word.strip()]


def address(name: str, *, default: str) -> str:
    """A URL; the sentence names the variable when there is no scheme."""
    text = str(env.str(name, default=default)).strip() or default
    if text and "://" not in text:
        raise ImproperlyConfigured(
            f"{name} is {text!r}; it must be a URL such as {default or 'smtp://host:25'}."
        )
    return text


def secret_key(*, demo: bool) -> str:
    """SECRET_KEY; outside the demo it must be set, and long, and not the demo's."""
    demo_key = "demo-only-" + "creneau" * 8
    key = str(env.str("SECRET_KEY", default=""))
    if demo:
        return key or demo_key
    if len(key) < 50 or key.startswith("demo-only-"):
        raise ImproperlyConfigured(
            "SECRET_KEY is missing or too weak. Set it to at least 50 random characters, for example from "
            "`python -c 'import secrets; print(secrets.token_urlsafe(64))'`, or set DEMO=1 to try Créneau."
        )
    return key


def database(url: str, *, pool_size: int) -> dict[str, object]:
    """Django's DATABASES entry for a PostgreSQL URL; any other engine is refused."""
    if not url.startswith(("postgres://", "postgresql://")):
        raise ImproperlyConfigured("DATABASE_URL must be a PostgreSQL URL such as postgres://host:5432/name")
    settings = dict(environ.Env.db_url_config(url))
    settings["ENGINE"] = "django.db.backends.postgresql"
    settings["CONN_HEALTH_CHECKS"] = True  # a restarted database costs one reconnection, not an error page
    options = dict(settings.get("OPTIONS") or {})
    # Django's own places, so that `manage.py dbshell` finds a socket too.
    for name in ("host", "port"):
        settings[name.upper()] = str(options.pop(name, settings.get(name.upper()) or ""))
    options["options"] = (
        "-c idle_in_transaction_session_timeout=15s -c default_transaction_isolation=read\\ committed"
    )
    if pool_size:
        # A request waits 4 s for a connection. The pool gives up as early, and asks again for the next request: left
        # to itself it doubles its pauses, and stays away as long again as the database was.
        options["pool"] = {"min_size": 1, "max_size": pool_size, "timeout": 4, "reconnect_timeout": 4}
    settings["OPTIONS"] = options
    return settings


def repository() -> Path:
    return Path(__file__).resolve().parent.parent
