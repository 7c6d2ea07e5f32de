"""What is known of a person, for them to take along (Law 25, P-39.1, s. 27). Reads, never writes.

Contact, vehicles, visits with their work, notes and problems, reviews, consents, messages and answers in their words,
wait-list entries, photos, and who looked: what was collected from the person or written to them, not what others
concluded about them. Which rows those are, booking/known.py says.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

from booking.known import Known
from booking.models import AppointmentLine, Photo, Review
from customers.consents import consent_history
from customers.models import AccessRecord
from lib.sheets import write_sheet
from notifications.words_sent import words_sent

Row = dict[str, Any]


def sections_of(known: Known) -> Iterator[tuple[str, list[Row]]]:
    """Each section by name with its rows, one after the other, so that no more than one is in memory."""
    yield "contact", list(_contact(known))
    yield "vehicles", list(_vehicles(known))
    yield "visits", list(_visits(known))
    yield "work", list(_work(known))
    yield "reviews", list(_reviews(known))
    yield "consents", list(_consents(known))
    yield "messages", list(_messages(known))
    yield "answers", list(_answers(known))
    yield "wait_list", list(_wait_list(known))
    yield "photos", list(_photos(known))
    yield "looks", list(_looks(known))


def as_json(known: Known) -> Iterator[str]:
    """One JSON document, written section by section."""
    yield "{"
    for number, (name, rows) in enumerate(sections_of(known)):
        yield f"{',' if number else ''}\n{json.dumps(name)}: {json.dumps(rows, ensure_ascii=False, indent=1)}"
    yield "\n}\n"


def as_zip(known: Known) -> io.BytesIO:
    """A sheet for each section that has any rows, in a ZIP file; nothing in them becomes a formula."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in sections_of(known):
            if rows:
                sheet = write_sheet(list(rows[0]), [list(row.values()) for row in rows])
                archive.writestr(f"{name}.csv", sheet)
    packed.seek(0)
    return packed


def _contact(known: Known) -> Iterator[Row]:
    if user := known.user:
        yield {
            "record": "account", "business": "", "name": "", "email": user.email or "", "phone": user.phone or "",
            "language": user.language, "since": user.date_joined.isoformat(),
        }  # fmt: skip
    for record in known.records:
        yield {
            "record": "customer", "business": record.group.name, "name": record.name, "email": record.email,
            "phone": record.phone, "language": record.language, "since": record.created_at.isoformat(),
        }  # fmt: skip


NO_VEHICLE = dict.fromkeys(
    ("business", "make", "model", "year", "plate", "vin", "fuel", "colour", "kilometres"), ""
)


def _vehicles(known: Known) -> Iterator[Row]:
    for group, vehicle, whole in known.vehicles():
        if not whole:
            # The rest was collected from whoever invited them.
            yield {**NO_VEHICLE, "business": group.name, "make": vehicle.make, "model": vehicle.model}
            continue
        yield {
            "business": group.name, "make": vehicle.make, "model": vehicle.model, "year": vehicle.year,
            "plate": vehicle.plate, "vin": vehicle.vin, "fuel": vehicle.fuel, "colour": vehicle.colour,
            "kilometres": vehicle.odometer,
        }  # fmt: skip


def _visits(known: Known) -> Iterator[Row]:
    for visit in known.visits.order_by("starts_at"):
        yield {
            "reference": visit.reference, "dealership": visit.dealership.name, "status": visit.status,
            "starts_at": visit.starts_at.isoformat(), "ready_at": visit.ready_at.isoformat(),
            "vehicle": visit.vehicle_words, "plate": visit.vehicle_plate, "transport": visit.transport,
            "name": visit.contact_name, "phone": visit.contact_phone, "email": visit.contact_email,
            "language": visit.language, "kilometres": visit.odometer, "note": visit.note, "problem": visit.problem,
            "booked_at": visit.created_at.isoformat(),
        }  # fmt: skip


def _work(known: Known) -> Iterator[Row]:
    lines = AppointmentLine.objects.filter(appointment__in=known.visits)
    for line in lines.select_related("appointment", "service").order_by("appointment__starts_at", "position"):
        said = [f"{answer.get('question')}={answer.get('choice')}" for answer in line.answers]
        yield {
            "reference": line.appointment.reference, "service": line.service.code, "name_fr": line.name_fr,
            "name_en": line.name_en, "answers": ", ".join(said), "price_cents": line.price,
        }  # fmt: skip


def _reviews(known: Known) -> Iterator[Row]:
    for review in (
        Review.objects.filter(appointment__in=known.visits).select_related("appointment").order_by("at")
    ):
        yield {
            "reference": review.appointment.reference, "at": review.at.isoformat(), "score": review.score,
            "words": review.words,
        }  # fmt: skip


def _consents(known: Known) -> Iterator[Row]:
    for event in consent_history(known.records).select_related("customer__group"):
        yield {
            "at": event.at.isoformat(), "business": event.customer.group.name, "channel": event.channel,
            "address": event.address, "purpose": event.purpose, "kind": event.kind, "source": event.source,
            "language": event.language, "words_version": event.words_version, "words": event.words,
        }  # fmt: skip


def _messages(known: Known) -> Iterator[Row]:
    for message in known.messages().order_by("created_at").iterator(chunk_size=200):
        yield {
            "at": message.created_at.isoformat(), "sent_at": message.sent_at.isoformat() if message.sent_at else "",
            "dealership": message.dealership.name if message.dealership else "", "kind": message.kind,
            "channel": message.channel, "to": message.to, "language": message.language, "state": message.state,
            "about": message.about, "words": words_sent(message),
        }  # fmt: skip


def _answers(known: Known) -> Iterator[Row]:
    for came in known.answers().order_by("at").select_related("conversation__dealership"):
        yield {
            "at": came.at.isoformat(), "dealership": came.conversation.dealership.name, "channel": came.channel,
            "from": came.sender, "words": came.words,
        }  # fmt: skip


def _wait_list(known: Known) -> Iterator[Row]:
    for entry in known.wait_list().select_related("dealership", "appointment").order_by("pk"):
        yield {
            "joined_at": entry.created_at.isoformat(), "dealership": entry.dealership.name,
            "reference": entry.appointment.reference if entry.appointment else "", "state": entry.state,
            "first_day": entry.first_day.isoformat(), "last_day": entry.last_day.isoformat(),
            "vehicle": entry.vehicle_title, "plate": entry.vehicle_plate, "note": entry.note,
        }  # fmt: skip


def _photos(known: Known) -> Iterator[Row]:
    found = Photo.objects.filter(appointment__in=known.visits).select_related("appointment")
    for photo in found:
        yield {
            "id": str(photo.pk), "reference": photo.appointment.reference if photo.appointment else "",
            "added_at": photo.created_at.isoformat(), "width": photo.width, "height": photo.height,
        }  # fmt: skip


def _looks(known: Known) -> Iterator[Row]:
    """When the records were opened, and where; by which member of the staff is the dealership's to tell."""
    looks = (
        AccessRecord.objects.filter(customer__in=known.records).select_related("dealership").order_by("at")
    )
    for look in looks:
        yield {
            "at": look.at.isoformat(), "dealership": look.dealership.name, "what": look.kind, "from": look.source,
        }  # fmt: skip
