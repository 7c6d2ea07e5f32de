"""Photos as a visitor sends them."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from booking.models import Appointment, Photo
from tests.booking.views.conftest import Visitor

BRAKES = {"service": ["brakes"]}


TOO_LATE = "The visit was booked while the photo was on its way. You can add it on the visit’s page."


def add(visitor: Visitor, *files: SimpleUploadedFile, **more: object) -> HttpResponse:
    return visitor.post("book/services/", {**BRAKES, "add_photos": "1", "photos": list(files), **more})


def photo_path(photo: Photo) -> str:
    return f"photos/{photo.pk}/"


def book(visitor: Visitor) -> Appointment:
    """The visit for the brakes, with what was told."""
    garage = visitor.garage
    start = visitor.starts()[0]
    visitor.post("book/time/", {"start": start.starts_at.isoformat(), "transport": "drop_off"})
    assert garage.dealership.slug == "boreal"
    visitor.post(
        "book/contact/", {"name": "Luc Tremblay", "phone": "514 555-0123", "email": "luc@example.com"}
    )
    answer = visitor.post("book/check/", visitor.confirmation())
    assert answer.status_code == 303, answer.content.decode()
    return Appointment.objects.latest("pk")
