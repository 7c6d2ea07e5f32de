"""Every kind of message, and what its class demands. Who sends a message names its kind, never its class.

The classes and what they demand: Canada's anti-spam law (S.C. 2010, c. 23, s. 6) and its regulations
(SOR/2013-221, s. 3). The usual cadence: two reminders beat one (AJMC 2018, n = 54,066); what is booked far ahead is
asked about again (Marshfield: more than four weeks ahead, the odds of a no-show are fivefold).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from customers.models import Purpose
from notifications.models import Channel, Way

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise


class MessageClass(StrEnum):
    """On which grounds the law lets a message be sent."""

    REQUESTED = "requested"  # answers what the person just asked for: a code, a question, a call
    # Completes or confirms what was agreed: must say who sends, and how to stop.
    TRANSACTIONAL = "transactional"
    SAFETY = "safety"  # about the safety of work that was done: likewise
    MAINTENANCE_DUE = "maintenance_due"  # commercial: consent that stands on the day that it is sent
    PROMOTIONAL = "promotional"  # likewise


# What a commercial class needs consent for.
PURPOSES = {
    MessageClass.MAINTENANCE_DUE: Purpose.MAINTENANCE_DUE,
    MessageClass.PROMOTIONAL: Purpose.OFFERS,
}


class Subject(StrEnum):
    """What a message tells about: it decides which facts its payload has, and which words its templates get."""

    VISIT = "visit"
    WAIT_LIST = "wait_list"
    VEHICLE = "vehicle"
    DUE = "due"  # a vehicle, and what it is time for
    THREAD = "thread"  # what a customer and the desk write to each other
    ACCOUNT = "account"


class Anchor(StrEnum):
    """The moment from which a cadence counts."""

    START = "start"  # of the visit
    COMPLETED = "completed"  # the vehicle was handed back
    DUE = "due"  # the day on which maintenance is due, or a season's bookings open


@dataclass(frozen=True, slots=True)
class When:
    """When a kind that the system starts goes out, by which way, and for how long it is of use.

    Either `days` from the anchor's day at the wall time `at`, or `minutes` after the anchor. Between `quiet_from` and
    `quiet_until` it waits. `wording` names a variant; `random` draws one for each visit.
    """

    way: str
    lasts: timedelta
    days: int | None = None
    at: time | None = None
    minutes: int | None = None
    quiet_from: time = time(21)
    quiet_until: time = time(8)
    wording: str = ""
    active: bool = True


@dataclass(frozen=True)
class Kind:
    """What may be sent, by which channels, and whether the system starts it (then it has a usual cadence).

    The label names no day and no hour: those are the manager's (notifications/cadence.py).
    """

    name: str
    label: StrOrPromise
    message_class: MessageClass
    channels: frozenset[str]
    subject: Subject = Subject.VISIT
    anchor: Anchor | None = None
    usual: When | None = None
    # Other wordings than the usual one, which a manager may choose or compare.
    variants: tuple[str, ...] = ()
    # Answers the word STOP or HELP itself: the carriers want it sent to who stopped, too.
    despite_stop: bool = False

    @property
    def waits_for_day(self) -> bool:
        """Quiet hours hold only what the system starts; an answer to what somebody did goes at once."""
        return self.usual is not None

    @property
    def says_how_to_stop(self) -> bool:
        """Whether identification, postal address and a way to stop are required."""
        return self.message_class is not MessageClass.REQUESTED

    @property
    def purpose(self) -> str:
        """What consent is needed for; empty for what needs none."""
        return str(PURPOSES.get(self.message_class, ""))


_EMAIL = frozenset({str(Channel.EMAIL)})
_SMS = frozenset({str(Channel.SMS)})
_BOTH = _EMAIL | _SMS
_AGREED = MessageClass.TRANSACTIONAL
_ASKED = MessageClass.REQUESTED


def _days(days: int, at: time, way: str, *, lasts: timedelta, calm: bool = False) -> When:
    # What is not about a visit to come keeps shorter days.
    quiet = (time(20), time(9)) if calm else (time(21), time(8))
    return When(way=way, lasts=lasts, days=days, at=at, quiet_from=quiet[0], quiet_until=quiet[1])


KINDS = {
    kind.name: kind
    for kind in (
        Kind("confirmation", _("Confirmation"), _AGREED, _BOTH),
        # Instead of the confirmation, for what was booked on the day that the vehicle was delivered.
        Kind("welcome", _("Delivery-day welcome"), _AGREED, _BOTH),
        Kind("moved", _("Appointment moved"), _AGREED, _BOTH),
        Kind("cancelled", _("Cancellation"), _AGREED, _BOTH),
        Kind(
            "reconfirm", _("Still good?"), _AGREED, _BOTH, anchor=Anchor.START,
            usual=_days(-14, time(10), Way.BOTH, lasts=timedelta(days=6)),
        ),
        Kind(
            "reconfirm_again", _("Still good? Asked again"), _AGREED, _BOTH, anchor=Anchor.START,
            usual=_days(-7, time(10), Way.SMS_FIRST, lasts=timedelta(days=3)),
        ),
        Kind(
            "reminder_3d", _("First reminder"), _AGREED, _BOTH, anchor=Anchor.START,
            usual=_days(-3, time(10), Way.EMAIL_FIRST, lasts=timedelta(days=2, hours=2)),
        ),
        Kind(
            "reminder_1d", _("Last reminder"), _AGREED, _BOTH, anchor=Anchor.START,
            usual=_days(-1, time(16), Way.SMS_FIRST, lasts=timedelta(hours=5)),
            variants=("cost",),
        ),
        Kind(
            "expected", _("We are expecting you"), _AGREED, _BOTH, anchor=Anchor.START,
            usual=When(Way.SMS_FIRST, lasts=timedelta(minutes=90), minutes=30),
        ),
        # The desk says so, while it is open.
        Kind("ready", _("Ready for pickup"), _AGREED, _BOTH),
        Kind(
            "retorque", _("Wheel nuts to tighten again"), MessageClass.SAFETY, _BOTH, anchor=Anchor.COMPLETED,
            usual=_days(4, time(10), Way.SMS_FIRST, lasts=timedelta(days=3), calm=True),
        ),
        Kind(
            "review", _("How was it?"), MessageClass.PROMOTIONAL, _BOTH, anchor=Anchor.COMPLETED,
            usual=_days(1, time(11), Way.SMS_FIRST, lasts=timedelta(days=3), calm=True),
        ),
        Kind(
            "next_season", _("Next season’s tires"), MessageClass.MAINTENANCE_DUE, _BOTH, Subject.DUE, Anchor.DUE,
            usual=_days(0, time(10), Way.EMAIL_FIRST, lasts=timedelta(days=7), calm=True),
        ),
        Kind(
            "maintenance_due", _("Maintenance that is due"), MessageClass.MAINTENANCE_DUE, _BOTH, Subject.DUE, Anchor.DUE,
            usual=_days(-14, time(10), Way.EMAIL_FIRST, lasts=timedelta(days=14), calm=True),
        ),
        Kind("wait_list_joined", _("On the wait-list"), _AGREED, _BOTH, Subject.WAIT_LIST),
        # Made by day only, and useless after minutes: it never waits for the morning.
        Kind("wait_list_offer", _("A place became free"), _AGREED, _BOTH, Subject.WAIT_LIST),
        Kind("vehicle_invitation", _("Invitation to a vehicle"), _AGREED, _EMAIL, Subject.VEHICLE),
        Kind("auto_answer", _("Automatic answer"), _ASKED, _BOTH, Subject.THREAD, despite_stop=True),
        Kind("desk_message", _("Message from the desk"), _ASKED, _BOTH, Subject.THREAD),
        Kind("missed_call", _("Answer to a missed call"), _ASKED, _SMS, Subject.THREAD),
        Kind("account_code", _("Sign-in code"), _ASKED, _BOTH, Subject.ACCOUNT),
        Kind("account_notice", _("Account notice"), _ASKED, _EMAIL, Subject.ACCOUNT),
    )
}  # fmt: skip

# What nobody is waiting for; senders take everything else first.
SYSTEM_STARTED = tuple(kind.name for kind in KINDS.values() if kind.waits_for_day)


def kind_named(name: str, *, channel: str) -> Kind:
    """The kind; ValueError when there is none, or when it has no words for that channel."""
    kind = KINDS.get(name)
    if kind is None or channel not in kind.channels:
        raise ValueError(f"there is no message {name!r} for the channel {channel!r}")
    return kind
