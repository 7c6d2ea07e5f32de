"""How long another machine waits until its event is taken: signature, row and wake-up, over HTTP."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import time
from datetime import UTC, datetime

from scripts.bench_tools import CLIENTS, report, report_latency
from scripts.load import Client, run_load

SECRET = "bench-secret"  # noqa: S105 - of a site that lives for the bench  # pragma: allowlist secret
PATH = "/hooks/telephony/"


def bench_webhooks(port: int, seconds: float) -> None:
    """Missed calls of different numbers from eight machines at once, each of which gets its text message meanwhile."""
    numbers = itertools.count(1)

    def ring(client: Client) -> int:
        number = next(numbers)
        call = {
            "id": f"bench-{number}",
            "event": "missed_call",
            "from": f"+1514{2_000_000 + number}",
            "to": "+14505550134",
            "at": datetime.now(UTC).isoformat(),
        }
        body = json.dumps(call).encode()
        return client.post_signed(PATH, body, _signed(body))

    load = run_load(port, CLIENTS, seconds, ring)
    report("webhooks_taken", load.rate(200), "events/s")
    report_latency("webhooks", load, p50=None, p99=300)


def _signed(body: bytes) -> dict[str, str]:
    """As docs/messages.md has it, for a program that knows nothing else of the site."""
    timestamp = str(int(time.time()))
    signature = hmac.new(SECRET.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"X-Creneau-Key": "bench", "X-Creneau-Timestamp": timestamp, "X-Creneau-Signature": signature}
