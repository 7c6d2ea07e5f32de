"""The origin of a web site, as browsers compare them: scheme://host[:port] and nothing else (RFC 6454)."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from lib.errors import Refusal

LONGEST = 120
USUAL_PORTS = {"http": 80, "https": 443}
# Only what a policy header may carry unquoted; names beyond ASCII are there in punycode.
_HOST = re.compile(r"(?=.{1,253}$)(?!-)[a-z0-9-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9-]{1,63}(?<!-))*")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def read_origin(text: str) -> str:
    """The origin of what somebody typed or pasted: `www.garage.ca/prix` is `https://www.garage.ca`.

    Raises Refusal with a sentence that quotes what was typed.
    """
    typed = text.strip()
    if "*" in typed:
        raise _refuse(_("%(site)s: name each site in full, without an asterisk."), typed)
    address = typed if _SCHEME.match(typed) else f"https://{typed}"
    try:
        parts = urlsplit(address)
        host, port = _ascii(parts.hostname or ""), parts.port
    except ValueError:
        raise _refuse(_not_a_site(), typed) from None
    if parts.scheme not in USUAL_PORTS:
        raise _refuse(_("%(site)s: an address begins with https:// or http://."), typed)
    if parts.username is not None or not _HOST.fullmatch(host):
        raise _refuse(_not_a_site(), typed)
    origin = f"{parts.scheme}://{host}"
    if port is not None and port != USUAL_PORTS[parts.scheme]:
        origin = f"{origin}:{port}"
    if len(origin) > LONGEST:
        raise _refuse(_not_a_site(), typed)
    return origin


def read_origins(text: str, *, most: int) -> list[str]:
    """The origins of several lines, each once, in the order they were given. Raises Refusal."""
    found = dict.fromkeys(read_origin(line) for line in text.splitlines() if line.strip())
    if len(found) > most:
        raise Refusal(
            _("That is too many sites: %(most)s at most.") % {"most": most}, field="allowed_origins"
        )
    return list(found)


def _not_a_site() -> str:
    return _("%(site)s is not the address of a site. Write it as https://www.example.com.")


def _ascii(host: str) -> str:
    """The host as DNS has it; ValueError for what IDNA does not allow."""
    return host if host.isascii() else host.encode("idna").decode("ascii")


def _refuse(sentence: str, typed: str) -> Refusal:
    shown = typed if len(typed) <= 80 else f"{typed[:79]}…"
    return Refusal(sentence % {"site": shown}, code="not_an_origin", field="allowed_origins")
