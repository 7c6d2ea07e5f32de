"""Language, channels, and consents with their dates: what the customer wants from us, on one page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from booking.access import appointments_of_customer
from booking.views.account.shared import of_account, proof_of, records_of, show
from booking.views.journey import see_other
from booking.views.words import page_language
from customers.access import proved_addresses
from customers.actions.accounts import set_language
from customers.actions.consents import record_consent
from customers.actions.preferences import set_channels
from customers.consent_grounds import say_standing
from customers.consent_words import (
    TOPICS,
    WORDS_VERSION,
    Sender,
    Topic,
    read_topic,
    sender_of,
    sender_words,
    shown_words,
    topic_words,
)
from customers.consents import (
    Place,
    Standing,
    address_for,
    all_standings,
    consent_history,
    given_consents,
)
from customers.models import ConsentChannel, ConsentEvent, ConsentKind, ConsentSource, Customer
from dealerships.models import HOUSE_ZONE, Dealership, Group, User
from lib import clock
from lib.errors import Refusal
from lib.phones import format_phone

MOST_HISTORY = 60


@require_safe
@of_account
def preferences(request: HttpRequest, user: User) -> HttpResponseBase:
    """The page. Its queries do not grow with what was ever answered."""
    records = records_of(user)
    muted = {channel for record in records[-1:] for channel in record.muted_channels}
    context: dict[str, Any] = {
        "account_language": user.language,
        "channels": [
            ("email", _("E-mail"), "email" not in muted),
            ("sms", _("Text message"), "sms" not in muted),
        ],
        "groups": _groups(user, records),
        "history": [_event(event) for event in consent_history(records)[:MOST_HISTORY]],
    }
    return show(request, "preferences", context)


@require_POST
@of_account
def choose_language(request: HttpRequest, user: User) -> HttpResponseBase:
    """The language of the messages about what is booked from now on, and of these pages at once."""
    chosen = request.POST.get("language", "")
    if chosen not in ("fr", "en"):
        return _back()
    set_language(user=user, language=chosen)
    with translation.override(chosen):
        messages.success(request, _("Your choice is saved."))
        answer = _back()
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, chosen, secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,  # type: ignore[arg-type]
    )  # fmt: skip
    return answer


@require_POST
@of_account
def choose_channels(request: HttpRequest, user: User) -> HttpResponseBase:
    """By which ways to be told of what is booked from now on."""
    try:
        set_channels(user=user, wanted=request.POST.getlist("channel"))
        messages.success(request, _("Your choice is saved."))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return _back()


@require_POST
@of_account
def choose_consent(request: HttpRequest, user: User) -> HttpResponseBase:
    """A yes or a no to one kind of commercial message by one channel, written down with its words."""
    topic = read_topic(request.POST.get("topic", ""))
    group = request.POST.get("group", "")
    records = [record for record in records_of(user) if str(record.group_id) == group]
    if topic is None or not records:
        return _back()
    sender = _sender(user, records[0].group)
    if request.POST.get("answer") == "yes":
        record = _record_for(records, topic)
        address = address_for(record, topic.channel) if record else ""
        _record(request, user, record, topic, sender, ConsentKind.EXPRESS, address)
        messages.success(request, _("Thank you. You can change your mind here at any time."))
    else:
        given = given_consents(records, at=clock.now(), proved=_proved(user))
        for place in given:
            if place.topic == topic:
                record = _record_at(records, place)
                _record(request, user, record, topic, sender, ConsentKind.WITHDRAWN, place.address)
        messages.success(request, _("It is withdrawn: nothing of the kind is sent any more."))
    return _back()


def _record(
    request: HttpRequest,
    user: User,
    record: Customer | None,
    topic: Topic,
    sender: Sender,
    kind: str,
    address: str,
) -> None:
    if record is None:
        return
    language, proof = page_language(), proof_of(request)
    record_consent(
        customer=record,
        channel=topic.channel,
        address=address,
        purpose=topic.purpose,
        kind=kind,
        source=ConsentSource.ACCOUNT,
        words=shown_words(topic, sender, language),
        words_version=WORDS_VERSION,
        language=language,
        user=user,
        ip=proof["ip"],
        agent=proof["agent"],
    )


def _groups(user: User, records: Sequence[Customer]) -> list[dict[str, Any]]:
    """What each group may send or not: a consent is given to one business (CASL, s. 10)."""
    language = page_language()
    standings = all_standings(records, at=clock.now(), proved=_proved(user))
    found = []
    for group in dict.fromkeys(record.group for record in records):
        shown = (_topic(topic, group, records, standings) for topic in TOPICS)
        found.append(
            {
                "id": group.pk,
                "name": group.name,
                "sender": sender_words(_sender(user, group), language),
                "topics": [topic for topic in shown if topic],
            }
        )
    return found


def _topic(
    topic: Topic, group: Group, records: Sequence[Customer], standings: Mapping[Place, Standing]
) -> dict[str, Any] | None:
    """One line: a yes that stands anywhere goes first, so that it can be withdrawn; None without any address."""
    own = [record for record in records if record.group_id == group.pk]
    record = _record_for(own, topic)
    here = Place(group.pk, topic, address_for(record, topic.channel)) if record else None
    told = {
        place: one for place, one in standings.items() if (place.group_id, place.topic) == (group.pk, topic)
    }
    given = [place for place, one in told.items() if one.given]
    place = here if here in given else given[0] if given else here
    if place is None:
        return None
    language = page_language()
    by_text = topic.channel == ConsentChannel.SMS
    return {
        "value": f"{topic.channel}:{topic.purpose}",
        "words": topic_words(topic, language),
        "address": format_phone(place.address, language) if by_text else place.address,
        **say_standing(told.get(place, Standing()), language),
    }


def _proved(user: User) -> list[str]:
    return [address for address in proved_addresses(user).values() if address]


def _record_at(records: Sequence[Customer], place: Place) -> Customer:
    """The newest record with that address; else the newest of all."""
    there = (one for one in reversed(records) if address_for(one, place.topic.channel) == place.address)
    return next(there, records[-1])


def _record_for(records: Sequence[Customer], topic: Topic) -> Customer | None:
    """The newest record that has an address for the channel."""
    return next((one for one in reversed(records) if address_for(one, topic.channel)), None)


def _sender(user: User, group: Group) -> Sender:
    """Where they last came in the group; else its first dealership."""
    visit = appointments_of_customer(user).filter(dealership__group=group).order_by("-starts_at").first()
    if visit:
        return sender_of(visit.dealership)
    return sender_of(Dealership.objects.select_related("group").filter(group=group).order_by("pk")[0])


def _event(event: ConsentEvent) -> dict[str, Any]:
    there, language = clock.local(event.at, HOUSE_ZONE), page_language()
    by_text = event.channel == "sms"
    return {
        "when": f"{clock.say_date(there, language, year=True)}, {clock.say_time(there, language)}",
        "yes": event.kind != ConsentKind.WITHDRAWN,
        "kind": event.get_kind_display(),
        "purpose": event.get_purpose_display(),
        "address": format_phone(event.address, language) if by_text else event.address,
        "source": event.get_source_display(),
        "words": event.words,
        "version": event.words_version,
    }


def _back() -> HttpResponse:
    return see_other(reverse("account-preferences"))
