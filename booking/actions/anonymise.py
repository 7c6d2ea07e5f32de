"""Visits without the person: when, what work, which advisor stay for the books; who, and in which words, goes."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from booking.actions.photos import remove_photos_of
from booking.models import Appointment, IdempotencyRecord, Review, Source, WaitListEntry
from customers.models import ERASED_NAME
from lib import tokens
from notifications.actions.forget import forget_messages
from notifications.models import Message

# What an appointment's history keeps of each change: everything else is somebody's words.
KEPT_IN_HISTORY = ["status", "starts_at", "ready_at", "advisor", "transport", "late_minutes", "score"]


def anonymise_visits(*, visits: Sequence[Appointment]) -> int:
    """Remove whom these visits were for; how many there were. Inside `destruction()`; twice is the same.

    Names, addresses, notes, problems, plates, photos with their files, messages' words, reviews' words, what histories
    quote, and wait-list entries; their links open nothing any more.
    """
    keys = [visit.pk for visit in visits]
    for visit in visits:
        _empty(visit)
    Appointment.objects.bulk_update(visits, _EMPTIED)
    remove_photos_of(appointments=keys)
    Review.objects.filter(appointment__in=keys).update(words="")
    IdempotencyRecord.objects.filter(appointment__in=keys).delete()
    _empty_history(keys)
    entries = WaitListEntry.objects.filter(appointment__in=keys)
    anonymise_entries(entries=list(entries.prefetch_related("offers")))
    forget_messages(Message.objects.filter(about__in=[visit.about for visit in visits]))
    return len(keys)


def anonymise_entries(*, entries: Sequence[WaitListEntry]) -> int:
    """The same for wait-list entries and what was offered to them; how many entries there were."""
    abouts = [entry.about for entry in entries]
    abouts += [offer.about for entry in entries for offer in entry.offers.all()]
    for entry in entries:
        entry.contact_name, entry.contact_phone, entry.contact_email = ERASED_NAME, "", ""
        entry.note = entry.vehicle_plate = entry.vehicle_title = entry.priority_reason = ""
        entry.priority = 0
        # What they said of a vehicle that was on no record: plate and VIN.
        entry.basket.pop("vehicle", None)
        entry.link_nonce = tokens.new_nonce()
        entry.link_digest = tokens.digest(entry.link_nonce)
    fields = ["contact_name", "contact_phone", "contact_email", "note", "vehicle_plate", "vehicle_title",
              "basket", "priority", "priority_reason", "link_nonce", "link_digest"]  # fmt: skip
    WaitListEntry.objects.bulk_update(entries, fields)
    forget_messages(Message.objects.filter(about__in=abouts))
    return len(entries)


_EMPTIED = ["contact_name", "contact_phone", "contact_email", "note", "problem", "vehicle_plate", "muted_channels",
            "created_by", "link_nonce", "link_digest"]  # fmt: skip


def _empty(visit: Appointment) -> None:
    visit.contact_name, visit.contact_phone, visit.contact_email = ERASED_NAME, "", ""
    visit.note = visit.problem = visit.vehicle_plate = ""
    visit.muted_channels = []
    if visit.source == Source.WEB:
        visit.created_by = None
    # Of no token: the link in their messages leads nowhere.
    visit.link_nonce = tokens.new_nonce()
    visit.link_digest = tokens.digest(visit.link_nonce)


def _empty_history(keys: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_EMPTY_HISTORY, {"kept": KEPT_IN_HISTORY, "keys": list(keys)})


_EMPTY_HISTORY = """
UPDATE booking_appointmentevent SET
    old = (SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(old) WHERE key = ANY(%(kept)s)),
    new = (SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(new) WHERE key = ANY(%(kept)s)),
    user_id = CASE WHEN actor = 'customer' THEN NULL ELSE user_id END
WHERE appointment_id = ANY(%(keys)s)
"""
