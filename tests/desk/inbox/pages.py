"""The pages of the inbox, as the staff open them."""

from __future__ import annotations

import uuid

from customers.models import Customer
from notifications.models import Conversation
from tests.notifications.threads import came_in

LUC = "+15145550123"


def url(thread, more="") -> str:
    return f"/desk/boreal/messages/{thread.pk}/{more}"


def send(client, thread, **more):
    form = {"key": str(uuid.uuid4()), "channel": "sms", "words": "Oui, à 15 h.", **more}
    return client.post(url(thread), form)


def somebody(workshop, number: int, **more) -> Conversation:
    """Another customer wrote."""
    dealership = workshop.garage.dealership
    phone = f"+1514555{1000 + number}"
    customer = Customer.objects.create(group=dealership.group, name=f"Client {number}", phone=phone)
    return came_in(dealership, f"mot {number}", customer=customer, sender=phone, **more).conversation


def listed(page) -> list[str]:
    return [row.who for row in page.context["rows"]]
