"""Who agreed to which commercial messages, and whether it still holds: one rule for senders and for every page.

Nothing here concerns the messages about an appointment, which need no consent. Source: Canada's anti-spam law
(S.C. 2010, c. 23, s. 6, 10, 11 and 13). What is asked, and in which words: customers/consent_words.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Q, QuerySet

from customers.consent_words import TOPICS, Topic
from customers.models import ConsentChannel, ConsentEvent, ConsentKind, ConsentSource, Customer

# Implied consent ends by itself (CASL, s. 10(10)): so many days, counted short rather than long.
LASTS: Mapping[str, timedelta] = {
    ConsentKind.IMPLIED_PURCHASE: timedelta(days=730),
    ConsentKind.IMPLIED_INQUIRY: timedelta(days=181),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """The answer that stands: yes or no, on which ground (a ConsentKind, blank when nobody ever answered), since when,
    and until when if it ends by itself."""

    given: bool = False
    ground: str = ""
    since: datetime | None = None
    until: datetime | None = None


class Place(NamedTuple):
    """What an answer is about: a consent is given to one business, for one topic, at one address."""

    group_id: int
    topic: Topic
    address: str


@dataclass(frozen=True, slots=True)
class Dealings:
    """When work was last done for somebody, and when they last asked for some: each implies consent for a while."""

    served_at: datetime | None = None
    inquired_at: datetime | None = None

    def grounds(self) -> list[tuple[str, datetime]]:
        dated = (
            (ConsentKind.IMPLIED_PURCHASE, self.served_at),
            (ConsentKind.IMPLIED_INQUIRY, self.inquired_at),
        )
        return [(str(kind), moment) for kind, moment in dated if moment]


NO_DEALINGS = Dealings()


def which_stands(
    events: Iterable[ConsentEvent], dealings: Dealings = NO_DEALINGS, *, at: datetime
) -> Standing:
    """The answer that counts at a moment, of everything that was answered about one place. Pure.

    The newest one counts; an express yes lasts until it is withdrawn, an implied one ends by itself. A no is only
    taken back by somebody who has proved to be there: any guest can type an address and tick a box. Nor does anything
    implied take it back.
    """
    express: ConsentEvent | None = None
    refused: ConsentEvent | None = None
    implied = dealings.grounds()
    for event in sorted(events, key=lambda event: (event.at, event.pk)):
        if event.at > at:
            break
        if event.kind == ConsentKind.WITHDRAWN:
            express, refused = None, event
        elif event.kind != ConsentKind.EXPRESS:
            implied.append((event.kind, event.at))
        elif refused is None or is_proved(event):
            express, refused = event, None
    if refused:
        return Standing(given=False, ground=ConsentKind.WITHDRAWN, since=refused.at)
    if express:
        return Standing(given=True, ground=ConsentKind.EXPRESS, since=express.at)
    return _longest_implied(implied, at)


def is_proved(event: ConsentEvent) -> bool:
    """Whether who answered is known to be at that address; a guest's tick in a form is not."""
    return event.source != ConsentSource.FORM or event.user_id is not None


def may_send(*, customer: Customer, topic: Topic, address: str, at: datetime) -> bool:
    """Whether the customer's group may send them this at a moment, to an address that they gave for themselves.

    Asked when a message is about to leave, never when it is planned. Whoever of the group's records answered for the
    address counts. One query.
    """
    if customer.erased_at or not address:
        return False
    written = normal_address(topic.channel, address)
    events = ConsentEvent.objects.filter(
        customer__group=customer.group_id, channel=topic.channel, purpose=topic.purpose, address=written
    )
    return which_stands(events, dealings_at(customer, topic.channel, address), at=at).given


def given_consents(
    customers: Collection[Customer], *, at: datetime, proved: Collection[str] = ()
) -> dict[Place, Standing]:
    """Every yes that stands for these records, at whichever address. One query."""
    standings = all_standings(customers, at=at, proved=proved)
    return {place: standing for place, standing in standings.items() if standing.given}


def all_standings(
    customers: Collection[Customer], *, at: datetime, proved: Collection[str] = ()
) -> dict[Place, Standing]:
    """What stands for each topic at each address of these records, and at those that they once answered for. One query.

    What an address answered on another record of the group counts for the addresses in `proved` only; otherwise it
    is not told here: nobody has proved to be both.
    """
    groups = {customer.group_id for customer in customers}
    there = Q(customer__in=[customer.pk for customer in customers])
    if proved:
        there |= Q(customer__group__in=groups, address__in=proved)
    told: dict[Place, list[ConsentEvent]] = defaultdict(list)
    for event in ConsentEvent.objects.filter(there).select_related("customer"):
        told[Place(event.customer.group_id, Topic(event.channel, event.purpose), event.address)].append(event)
    dealings = _dealings_by_place(customers)
    places = dict.fromkeys([*dealings, *told])
    return {
        place: which_stands(told.get(place, ()), dealings.get(place, NO_DEALINGS), at=at) for place in places
    }


def dealings_of(customer: Customer) -> Dealings:
    return Dealings(customer.served_at, customer.inquired_at)


def dealings_at(customer: Customer, channel: str, address: str) -> Dealings:
    """What implies consent there: nothing at an address that is not the record's, which may be somebody else's."""
    own = address_for(customer, channel) == normal_address(channel, address)
    return dealings_of(customer) if own else NO_DEALINGS


def address_for(customer: Customer, channel: str) -> str:
    """Where this customer's messages of a channel go; empty when they gave nothing for it."""
    return normal_address(channel, customer.email if channel == ConsentChannel.EMAIL else customer.phone)


def normal_address(channel: str, address: str) -> str:
    """An address as answers about it are kept."""
    return address.lower() if channel == ConsentChannel.EMAIL else address


def consent_history(customers: Iterable[Customer]) -> QuerySet[ConsentEvent]:
    """Every answer on these records, the newest first."""
    return ConsentEvent.objects.filter(customer__in=customers).order_by("-at", "-pk")


def _longest_implied(grounds: Iterable[tuple[str, datetime]], at: datetime) -> Standing:
    """The one that lasts longest, whether or not it is over."""
    dated = [(moment + LASTS[kind], kind, moment) for kind, moment in grounds if moment <= at]
    if not dated:
        return Standing()
    until, ground, since = max(dated)
    return Standing(given=at < until, ground=ground, since=since, until=until)


def _dealings_by_place(customers: Iterable[Customer]) -> dict[Place, Dealings]:
    """The newest dealings of the records that have an address; a place for each of their topics."""
    found: dict[Place, Dealings] = {}
    for customer in customers:
        for topic in TOPICS:
            address = address_for(customer, topic.channel)
            if address and not customer.erased_at:
                place = Place(customer.group_id, topic, address)
                found[place] = _newest(found.get(place, NO_DEALINGS), dealings_of(customer))
    return found


def _newest(one: Dealings, other: Dealings) -> Dealings:
    return Dealings(
        max(filter(None, (one.served_at, other.served_at)), default=None),
        max(filter(None, (one.inquired_at, other.inquired_at)), default=None),
    )
