"""What a customer gave us, for them to take along (Law 25, P-39.1, s. 27). Reads, never writes.

Contact, vehicles, visits with their work, notes and problems, consents, wait-list entries, and which photos there are:
what was collected from the person, not what others concluded about them. Only visits that are proved to be theirs.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from booking.access import appointments_of_customer
from booking.models import AppointmentLine, Photo, WaitListEntry
from customers.access import vehicles_of
from customers.consents import consent_history
from customers.models import Customer, VehicleInvitation
from dealerships.models import User
from lib.sheets import write_sheet

Row = dict[str, Any]


def sections_of(user: User) -> Iterator[tuple[str, list[Row]]]:
    """Each section by name with its rows, one after the other, so that no more than one is in memory."""
    yield "contact", list(_contact(user))
    yield "vehicles", list(_vehicles(user))
    yield "visits", list(_visits(user))
    yield "work", list(_work(user))
    yield "consents", list(_consents(user))
    yield "wait_list", list(_wait_list(user))
    yield "photos", list(_photos(user))


def as_json(user: User) -> Iterator[str]:
    """One JSON document, written section by section."""
    yield "{"
    for number, (name, rows) in enumerate(sections_of(user)):
        yield f"{',' if number else ''}\n{json.dumps(name)}: {json.dumps(rows, ensure_ascii=False, indent=1)}"
    yield "\n}\n"


def as_zip(user: User) -> io.BytesIO:
    """A sheet for each section that has any rows, in a ZIP file; nothing in them becomes a formula."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in sections_of(user):
            if rows:
                sheet = write_sheet(list(rows[0]), [list(row.values()) for row in rows])
                archive.writestr(f"{name}.csv", sheet)
    packed.seek(0)
    return packed


def _contact(user: User) -> Iterator[Row]:
    yield {
        "record": "account", "business": "", "name": "", "email": user.email or "", "phone": user.phone or "",
        "language": user.language, "since": user.date_joined.isoformat(),
    }  # fmt: skip
    for record in Customer.objects.filter(user=user).select_related("group").order_by("pk"):
        yield {
            "record": "customer", "business": record.group.name, "name": record.name, "email": record.email,
            "phone": record.phone, "language": record.language, "since": record.created_at.isoformat(),
        }  # fmt: skip


NO_VEHICLE = dict.fromkeys(
    ("business", "make", "model", "year", "plate", "vin", "fuel", "colour", "kilometres"), ""
)


def _vehicles(user: User) -> Iterator[Row]:
    records = Customer.objects.filter(user=user).select_related("group")
    for group in {record.group for record in records}:
        invited = set(
            VehicleInvitation.objects.filter(accepted_by__in=records).values_list("vehicle", flat=True)
        )
        for vehicle in vehicles_of(user, group):
            if vehicle.pk in invited:
                # The rest was collected from whoever invited them.
                yield {**NO_VEHICLE, "business": group.name, "make": vehicle.make, "model": vehicle.model}
                continue
            yield {
                "business": group.name, "make": vehicle.make, "model": vehicle.model, "year": vehicle.year,
                "plate": vehicle.plate, "vin": vehicle.vin, "fuel": vehicle.fuel, "colour": vehicle.colour,
                "kilometres": vehicle.odometer,
            }  # fmt: skip


def _visits(user: User) -> Iterator[Row]:
    for visit in appointments_of_customer(user).order_by("starts_at"):
        yield {
            "reference": visit.reference, "dealership": visit.dealership.name, "status": visit.status,
            "starts_at": visit.starts_at.isoformat(), "ready_at": visit.ready_at.isoformat(),
            "vehicle": visit.vehicle_words, "plate": visit.vehicle_plate, "transport": visit.transport,
            "name": visit.contact_name, "phone": visit.contact_phone, "email": visit.contact_email,
            "language": visit.language, "kilometres": visit.odometer, "note": visit.note, "problem": visit.problem,
            "booked_at": visit.created_at.isoformat(),
        }  # fmt: skip


def _work(user: User) -> Iterator[Row]:
    lines = AppointmentLine.objects.filter(appointment__in=appointments_of_customer(user))
    for line in lines.select_related("appointment", "service").order_by("appointment__starts_at", "position"):
        said = [f"{answer.get('question')}={answer.get('choice')}" for answer in line.answers]
        yield {
            "reference": line.appointment.reference, "service": line.service.code, "name_fr": line.name_fr,
            "name_en": line.name_en, "answers": ", ".join(said), "price_cents": line.price,
        }  # fmt: skip


def _consents(user: User) -> Iterator[Row]:
    records = Customer.objects.filter(user=user)
    for event in consent_history(records).select_related("customer__group"):
        yield {
            "at": event.at.isoformat(), "business": event.customer.group.name, "channel": event.channel,
            "address": event.address, "purpose": event.purpose, "kind": event.kind, "source": event.source,
            "language": event.language, "words_version": event.words_version, "words": event.words,
        }  # fmt: skip


def _wait_list(user: User) -> Iterator[Row]:
    """Entries of the visits above, and those without a visit that gave an address or a number which is the user's."""
    own = Q(appointment__in=appointments_of_customer(user))
    if user.email:
        own |= Q(appointment=None, customer__user=user, contact_email__iexact=user.email)
    if user.phone:
        own |= Q(appointment=None, customer__user=user, contact_phone=user.phone)
    for entry in WaitListEntry.objects.filter(own).select_related("dealership", "appointment").order_by("pk"):
        yield {
            "joined_at": entry.created_at.isoformat(), "dealership": entry.dealership.name,
            "reference": entry.appointment.reference if entry.appointment else "", "state": entry.state,
            "first_day": entry.first_day.isoformat(), "last_day": entry.last_day.isoformat(),
            "vehicle": entry.vehicle_title, "plate": entry.vehicle_plate, "note": entry.note,
        }  # fmt: skip


def _photos(user: User) -> Iterator[Row]:
    found = Photo.objects.filter(appointment__in=appointments_of_customer(user)).select_related("appointment")
    for photo in found:
        yield {
            "id": str(photo.pk), "reference": photo.appointment.reference if photo.appointment else "",
            "added_at": photo.created_at.isoformat(), "width": photo.width, "height": photo.height,
        }  # fmt: skip
