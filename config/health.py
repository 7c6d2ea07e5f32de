"""Whether the process lives, and whether it can serve: for load balancers and for `manage.py up`."""

from __future__ import annotations

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from redis import Redis, RedisError


@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is looked at."""
    return JsonResponse({"status": "ok"})


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers and its migrations are applied; a missing broker is only `degraded`."""
    try:
        database = "ok" if _migrated() else "migrations missing"
    except DatabaseError:
        database = "unreachable"
    broker = _broker()
    ready = database == "ok"
    status = "unready" if not ready else "ok" if broker == "ok" else "degraded"
    return JsonResponse(
        {"status": status, "database": database, "broker": broker}, status=200 if ready else 503
    )


def _migrated() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _broker() -> str:
    try:
        # Celery writes a socket's address as redis+socket://, the client as unix://.
        address = settings.BROKER_URL.replace("redis+socket://", "unix://")
        client = Redis.from_url(address, socket_timeout=0.5, socket_connect_timeout=0.5)
        try:
            client.ping()
        finally:
            client.close()
    except (RedisError, ValueError):
        return "unreachable"
    return "ok"
