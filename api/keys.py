"""Who calls: keys of clients, made once, shown once, recognised by their digest."""

from __future__ import annotations

import hmac
import secrets

from django.conf import settings

from api.models import ApiKey
from booking.demo import GROUP_SLUG
from dealerships.models import Group
from lib.tokens import digest

# Published: opens the demo's group, and nothing at all outside the demo. It has no row that could be left behind.
DEMO_KEY = "creneau-demo-key"


def make_key(*, group: Group, name: str) -> str:
    """A new key of 256 random bits for the group, as text that is never shown again."""
    key = f"cr_{secrets.token_urlsafe(32)}"
    ApiKey.objects.create(group=group, name=name, digest=digest(key))
    return key


def find_key(key: str) -> ApiKey | None:
    """The active key with this text; the demo's key exists with DEMO=1 only."""
    if settings.DEMO and hmac.compare_digest(key.encode(), DEMO_KEY.encode()):
        group = Group.objects.filter(slug=GROUP_SLUG).first()
        return ApiKey(name="demo", group=group) if group else None
    return ApiKey.objects.select_related("group").filter(digest=digest(key), active=True).first()
