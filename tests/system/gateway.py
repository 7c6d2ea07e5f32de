"""The site's own fake gateway: what it accepted, and how it is told to misbehave."""

from __future__ import annotations

import http.client
import json
from collections import Counter
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from tests.system.customers import Visit
from tests.system.site import Site


def accepted(site: Site) -> Counter[str]:
    """How often the gateway was handed each message that it accepted, by the message's number."""
    book = site.var / "gateway.jsonl"
    lines = book.read_text().splitlines() if book.exists() else []
    return Counter(str(json.loads(line)["id"]) for line in lines)


def misbehave(site: Site, mode: str, *, times: int = 1) -> None:
    """Have the gateway treat its next messages in this way."""
    environment = Path(f"/proc/{site.child('fake_gateway')}/environ").read_text().split("\0")
    (url,) = [value.partition("=")[2] for value in environment if value.startswith("SMS_URL=")]
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=10)
    with closing(connection):
        body = json.dumps({"mode": mode, "times": times})
        connection.request("POST", "/mode", body, {"Content-Type": "application/json"})
        assert connection.getresponse().status == 200


def text_of(site: Site, visit: Visit) -> tuple[str, str]:
    """The visit's confirmation by text message: its number and its state."""
    rows = site.rows(
        "SELECT about, id::text, state FROM notifications_message WHERE channel = 'sms' AND kind = 'confirmation'"
    )
    ((number, state),) = [row[1:] for row in rows if row[0] == f"appointment:{visit.reference}"]
    return number, state


def hurry(site: Site) -> None:
    """Let the pauses before another try, and before the gateway is asked what it knows, be over."""
    site.rows("UPDATE notifications_message SET next_try_at = now() WHERE state = 'pending' AND attempts > 0")
    site.rows(
        "UPDATE notifications_message SET next_try_at = now(), called_at = called_at - interval '1 minute'"
        " WHERE state = 'unknown'"
    )
