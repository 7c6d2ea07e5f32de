"""Every kind of message, and what its class demands. Who sends a message names its kind, never its class.

The classes and what they demand: Canada's anti-spam law (S.C. 2010, c. 23, s. 6) and its regulations
(SOR/2013-221, s. 3). Marketing has no kind here: it needs recorded consent first.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from notifications.models import Channel

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise


class MessageClass(StrEnum):
    """Why the law lets a message be sent without consent."""

    REQUESTED = "requested"  # answers what the person just asked for: a code, a notice about their account
    TRANSACTIONAL = (
        "transactional"  # completes or confirms what was agreed: must say who sends, and how to stop
    )


class Subject(StrEnum):
    """What a message tells about: it decides which facts its payload has, and which words its templates get."""

    VISIT = "visit"
    WAIT_LIST = "wait_list"
    VEHICLE = "vehicle"
    ACCOUNT = "account"


@dataclass(frozen=True)
class Kind:
    """What may be sent, by which channels, and whether it waits for the day (quiet hours)."""

    name: str
    label: StrOrPromise
    message_class: MessageClass
    channels: frozenset[str]
    subject: Subject = Subject.VISIT
    # Quiet hours hold only what the system starts; an answer to what somebody did goes at once.
    waits_for_day: bool = False

    @property
    def says_how_to_stop(self) -> bool:
        """Whether identification, postal address and a way to stop are required."""
        return self.message_class is MessageClass.TRANSACTIONAL


_EMAIL = frozenset({str(Channel.EMAIL)})
_BOTH = frozenset({str(Channel.EMAIL), str(Channel.SMS)})
_AGREED = MessageClass.TRANSACTIONAL

KINDS = {
    kind.name: kind
    for kind in (
        Kind("confirmation", _("Confirmation"), _AGREED, _BOTH),
        Kind("moved", _("Appointment moved"), _AGREED, _BOTH),
        Kind("cancelled", _("Cancellation"), _AGREED, _BOTH),
        Kind("reminder_3d", _("Reminder, 3 days before"), _AGREED, _EMAIL, waits_for_day=True),
        Kind("reminder_1d", _("Reminder, the day before"), _AGREED, _BOTH, waits_for_day=True),
        Kind("wait_list_joined", _("On the wait-list"), _AGREED, _BOTH, Subject.WAIT_LIST),
        # Made by day only, and useless after minutes: it never waits for the morning.
        Kind("wait_list_offer", _("A place became free"), _AGREED, _BOTH, Subject.WAIT_LIST),
        Kind("vehicle_invitation", _("Invitation to a vehicle"), _AGREED, _EMAIL, Subject.VEHICLE),
        Kind("account_code", _("Sign-in code"), MessageClass.REQUESTED, _BOTH, Subject.ACCOUNT),
        Kind("account_notice", _("Account notice"), MessageClass.REQUESTED, _EMAIL, Subject.ACCOUNT),
    )
}

# What nobody is waiting for; senders take everything else first.
SYSTEM_STARTED = tuple(kind.name for kind in KINDS.values() if kind.waits_for_day)


def kind_named(name: str, *, channel: str) -> Kind:
    """The kind; ValueError when there is none, or when it has no words for that channel."""
    kind = KINDS.get(name)
    if kind is None or channel not in kind.channels:
        raise ValueError(f"there is no message {name!r} for the channel {channel!r}")
    return kind
