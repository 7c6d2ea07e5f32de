"""Numbers and addresses that get nothing any more, for whoever looks at a customer. Reads, never writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from dealerships.models import Group
from notifications.models import Channel, Suppression


@dataclass(frozen=True, slots=True)
class Flag:
    """One address that is left alone on its channel: why, since when, and what the provider said."""

    channel: str
    address: str
    reason: str  # a Suppression.Reason
    since: datetime
    detail: str = ""

    @property
    def may_be_lifted(self) -> bool:
        """What a provider said, or a complaint, after the customer gave word; never what they asked for."""
        return self.reason != Suppression.Reason.ASKED


def flags_for(*, group: Group | int, phone: str = "", email: str = "") -> list[Flag]:
    """What is wrong with these ways of reaching somebody, text messages first. One query; none without an address."""
    given = Q()
    if phone:
        given |= Q(channel=Channel.SMS, address=phone)
    if email:
        given |= Q(channel=Channel.EMAIL, address=email.lower())
    if not given:
        return []
    rows = Suppression.objects.filter(given, group=group).order_by("-channel")
    return [Flag(row.channel, row.address, row.reason, row.since, row.detail) for row in rows]
