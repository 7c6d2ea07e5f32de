"""/metrics: what a monitoring system asks of this installation, read from the database when it asks.

One collector instead of counters in each process: every process is replaced now and then, the database is not. What
is counted over a window is a gauge, because rows of the past are destroyed by schedule and a counter never falls.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Count, Min, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, Metric
from prometheus_client.core import GaugeHistogramMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from booking.models import Hold
from lib import clock
from notifications.kinds import KINDS
from notifications.models import Attempt, Breaker, Message, State, Suppression, WebhookEvent

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# Seconds; a call is given up after 30.
BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text for who brings `Authorization: Bearer METRICS_TOKEN`; without a token set it is not there,
    except in the demo."""
    if settings.METRICS_TOKEN:
        if not _may_read(request):
            answer = HttpResponse(
                "A token is needed.\n", status=401, content_type="text/plain; charset=utf-8"
            )
            answer["WWW-Authenticate"] = 'Bearer realm="metrics"'
            return answer
    elif not settings.DEMO:
        raise Http404
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Collector())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class Collector:
    """Reads everything when it is asked; a fixed number of queries."""

    def describe(self) -> list[Metric]:
        """Nothing beforehand: registering must not read the database."""
        return []

    def collect(self) -> Iterator[Metric]:
        yield from _outbox()
        yield from _providers()
        yield _webhooks()
        yield _suppressions()
        yield _holds()


def _may_read(request: HttpRequest) -> bool:
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and constant_time_compare(token.strip(), settings.METRICS_TOKEN)


def _outbox() -> Iterator[Metric]:
    """What waits, whatever its age, and what the last day came to."""
    now = clock.now()
    alive = Q(state=State.PENDING) | Q(lease_until__isnull=False) | Q(created_at__gte=now - DAY)
    rows = Message.objects.filter(alive).values_list("state", "channel", "kind").annotate(Count("pk"))
    counts: dict[tuple[str, str, str], int] = {}
    for state, channel, kind, count in rows:
        key = (state, channel, KINDS[kind].message_class.value if kind in KINDS else "other")
        counts[key] = counts.get(key, 0) + count
    messages = GaugeMetricFamily(
        "creneau_messages",
        "Messages that are planned or being sent, and what those of the last day came to.",
        labels=["state", "channel", "class"],
    )
    for labels, count in sorted(counts.items()):
        messages.add_metric(labels, count)
    yield messages
    for state, words in (
        (State.UNKNOWN, "Messages of the last day of which nobody knows whether they arrived."),
        (State.DEAD, "Messages of the last day that were given up."),
    ):
        total = sum(count for key, count in counts.items() if key[0] == state)
        yield GaugeMetricFamily(f"creneau_messages_{state.value}", words, value=total)
    due = Message.objects.filter(state=State.PENDING, next_try_at__lte=now)
    oldest = due.aggregate(at=Min("next_try_at"))["at"]
    yield GaugeMetricFamily(
        "creneau_oldest_pending_seconds",
        "How long the longest-waiting message that is due has waited; 0 when none is.",
        value=(now - oldest).total_seconds() if oldest else 0,
    )


def _providers() -> Iterator[Metric]:
    lately = Attempt.objects.filter(at__gte=clock.now() - HOUR)
    attempts = GaugeMetricFamily(
        "creneau_attempts_last_hour",
        "Calls of a provider by what they came to.",
        labels=["provider", "outcome"],
    )
    for provider, outcome, count in lately.values_list("provider", "outcome").annotate(Count("pk")):
        attempts.add_metric([provider, outcome], count)
    yield attempts
    yield _latency()
    broken = GaugeMetricFamily(
        "creneau_breaker_open", "1 while a provider is left alone after failures.", labels=["provider"]
    )
    for breaker in Breaker.objects.all():
        is_open = breaker.open_until is not None and breaker.open_until > clock.now()
        broken.add_metric([breaker.provider], int(is_open))
    yield broken


def _latency() -> Metric:
    family = GaugeHistogramMetricFamily(
        "creneau_provider_seconds_last_hour", "How long providers took to answer.", labels=["provider"]
    )
    with connection.cursor() as cursor:
        cursor.execute(_LATENCY, [*BUCKETS, clock.now() - HOUR])
        for provider, reached, calls, seconds in cursor.fetchall():
            buckets = [(str(limit), count) for limit, count in zip(BUCKETS, reached, strict=True)]
            family.add_metric([provider], [*buckets, ("+Inf", calls)], seconds)
    return family


def _webhooks() -> Metric:
    family = GaugeMetricFamily(
        "creneau_webhook_events", "What providers told: waiting, and given up.", labels=["state"]
    )
    open_ones = WebhookEvent.objects.exclude(state=WebhookEvent.State.DONE)
    counts = dict(open_ones.values_list("state").annotate(Count("pk")))
    for state in (WebhookEvent.State.PENDING, WebhookEvent.State.DEAD):
        family.add_metric([state.value], counts.get(state.value, 0))
    return family


def _suppressions() -> Metric:
    family = GaugeMetricFamily(
        "creneau_suppressions", "Addresses that get nothing more.", labels=["channel", "reason"]
    )
    for channel, reason, count in Suppression.objects.values_list("channel", "reason").annotate(Count("pk")):
        family.add_metric([channel, reason], count)
    return family


def _holds() -> Metric:
    alive = Hold.objects.filter(expires_at__gt=clock.now()).count()
    return GaugeMetricFamily("creneau_holds", "Times that are held for somebody at this moment.", value=alive)


_REACHED = ", ".join(["count(*) FILTER (WHERE seconds <= %s)"] * len(BUCKETS))
# For each provider: how many calls took at most each of the limits, how many there were, and their seconds in all.
_LATENCY = (
    f"SELECT provider, ARRAY[{_REACHED}], count(*), sum(seconds) "  # noqa: S608 - made of the line above
    "FROM notifications_attempt WHERE at >= %s GROUP BY provider ORDER BY provider"
)
