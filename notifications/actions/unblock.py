"""Sending to an address again that was left alone."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from customers.actions.access import record_act
from customers.models import AccessRecord, Customer
from dealerships.models import Dealership, User
from lib.errors import Refusal
from notifications.models import Channel, Message, Suppression


class StillAsked(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "They asked for it to stop: only they can start it again, by the word START or by the link in a message."
            ),
            code="still_asked",
        )


def unblock_address(
    *, dealership: Dealership, channel: str, address: str, user: User, customer: Customer | None = None
) -> bool:
    """The customer gave word that messages arrive there again; False when nothing was blocked.

    For what a provider said, or a complaint that was a slip. Raises StillAsked for who asked for it to stop. Kept in
    the record of who did what, with the customer where one is known.
    """
    with transaction.atomic():
        blocked = Suppression.objects.select_for_update().filter(
            group=dealership.group_id, channel=channel, address=address.lower()
        )
        found = blocked.first()
        if found is None:
            return False
        if found.reason == Suppression.Reason.ASKED:
            raise StillAsked
        found.delete()
        record_act(
            kind=AccessRecord.Kind.UNBLOCK,
            dealership=dealership,
            user=user,
            customer=customer,
            words=f"{channel} {address} ({found.reason})",
        )
    return True


def resume_by_link(*, message: Message) -> None:
    """Who reads the address, and so holds the link, wants e-mails again. Text messages start again by the word START."""
    if message.dealership is None or message.channel != Channel.EMAIL:
        return
    Suppression.objects.filter(
        group=message.dealership.group_id, channel=message.channel, address=message.to.lower()
    ).delete()
