"""Customers' photos on the pages: adding and removing them, and showing one to who may see it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from booking.actions.photos import (
    MOST_PHOTOS,
    TooManyPhotos,
    add_photo,
    photos_of,
    remove_draft_photos,
    remove_photo,
)
from booking.models import Appointment, Photo
from booking.views.access import granted, with_appointment
from booking.views.draft import is_over, load_draft
from booking.views.journey import Journey, see_other, start_journey
from booking.views.site import find_dealership
from dealerships.models import Dealership
from dealerships.permissions import may
from lib.errors import Refusal
from lib.limits import TOO_MANY, allow, client_ip, exempt
from lib.pictures import small_copy
from lib.uploads import MOST_BYTES

# Photos that one address may send; a household shares one.
PHOTOS_AN_ADDRESS = "40/hour;120/day"
LONGEST_NAME = 40
PRIVATE = {
    "Cache-Control": "private, no-store",
    "Content-Disposition": 'inline; filename="photo.jpg"',
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose photos: an appointment's, or those that wait under the name of a draft."""

    dealership: Dealership
    holder: str = ""
    appointment: Appointment | None = None

    @property
    def of(self) -> dict[str, Any]:
        """As the actions take it."""
        return {"dealership": self.dealership, "holder": self.holder, "appointment": self.appointment}

    @property
    def post_url(self) -> str:
        """Where photos.js sends what is chosen."""
        name = "appointment-photos" if self.appointment else "book-photos"
        return reverse(name, args=[self.dealership.slug])


@dataclass(slots=True)
class Changed:
    """What a form did to the photos: how many came, and a sentence for each that was refused."""

    added: int = 0
    sentences: list[str] = field(default_factory=list)


def draft_owner(journey: Journey) -> Owner:
    """The draft of this session here; it need not have a photo yet."""
    return Owner(journey.dealership, holder=journey.draft.name)


@require_safe
def photo(request: HttpRequest, slug: str, photo: UUID) -> HttpResponse:
    """One photo, or with `?small` a little copy of it; 404 for whoever may not see it, and for what is not there."""
    dealership = find_dealership(slug)
    found = Photo.objects.filter(dealership=dealership, pk=photo).first()
    if found is None or not _may_see(request, found, dealership):
        raise Http404
    try:
        with found.file.open("rb") as file:
            data = small_copy(file) if "small" in request.GET else file.read()
    except FileNotFoundError:
        raise Http404 from None
    return HttpResponse(data, content_type="image/jpeg", headers=PRIVATE)


@require_POST
def draft_photos(request: HttpRequest, slug: str) -> HttpResponse:
    """Add or remove photos of the draft while the page stays as it is."""
    journey = start_journey(request, slug)
    if not journey.may_open("services"):
        raise Http404
    return _answer(request, draft_owner(journey), journey.url("services"))


@require_POST
@with_appointment
def appointment_photos(request: HttpRequest, appointment: Appointment) -> HttpResponse:
    """Add or remove photos of an appointment that is to come."""
    owner = Owner(appointment.dealership, appointment=appointment)
    back = reverse("appointment", args=[appointment.dealership.slug])
    if not appointment.is_upcoming:
        return see_other(back)
    return _answer(request, owner, back)


def change_photos(request: HttpRequest, owner: Owner) -> Changed:
    """Do what the form's file field and remove buttons say. A photo that is refused holds up no other.

    What was sent from a draft that is booked by now, or is booked while the photos are read, joins no other draft.
    """
    changed = Changed()
    if request.POST.get("draft", owner.holder) != owner.holder:
        return Changed(sentences=[too_late()])
    removed = _read_id(request.POST.get("remove_photo", ""))
    if removed:
        remove_photo(photo=removed, **owner.of)
    uploads = [upload for upload in request.FILES.getlist("photos") if upload.name]
    for upload in uploads:
        if not exempt(request) and not allow("photo", client_ip(request), PHOTOS_AN_ADDRESS):
            changed.sentences.append(str(TOO_MANY))
            break
        try:
            add_photo(upload=upload, **owner.of)
            changed.added += 1
        except TooManyPhotos as refusal:
            changed.sentences.append(str(refusal))
            break
        except Refusal as refusal:
            changed.sentences.append(
                _("%(file)s: %(sentence)s") % {"file": _short_name(upload), "sentence": refusal}
            )
    if changed.added and owner.holder and is_over(request, owner.dealership, owner.holder):
        remove_draft_photos(dealership=owner.dealership, holder=owner.holder)
        return Changed(sentences=[too_late()])
    return changed


def too_late() -> str:
    """For photos of a draft that is booked by now."""
    return _("The visit was booked while the photo was on its way. You can add it on the visit’s page.")


def photos_context(owner: Owner, *, sentences: list[str] | None = None) -> dict[str, Any]:
    """For booking/_photos.html, inside a form that is sent as multipart/form-data. One query; none without a draft."""
    kept = list(_shown(owner))
    return {
        "shown": kept,
        "left": MOST_PHOTOS - len(kept),
        "most_bytes": MOST_BYTES,
        "sentences": sentences or [],
        "post_url": owner.post_url,
        "draft": owner.holder,
    }


def _shown(owner: Owner) -> Iterator[dict[str, Any]]:
    if not owner.holder and owner.appointment is None:
        return
    for number, one in enumerate(photos_of(**owner.of), start=1):
        url = photo_url(owner.dealership, one)
        yield {"id": one.pk, "url": url, "small": f"{url}?small", "number": number}


def photo_url(dealership: Dealership, photo: Photo) -> str:
    return reverse("photo", args=[dealership.slug, photo.pk])


def _answer(request: HttpRequest, owner: Owner, back: str) -> HttpResponse:
    """The part of the page that shows the photos to photos.js; else the whole page again."""
    changed = change_photos(request, owner)
    if request.headers.get("HX-Request"):
        context = {"photos": photos_context(owner, sentences=changed.sentences), "photos_changed": True}
        return render(request, "booking/_photos.html", context)
    for sentence in changed.sentences:
        messages.error(request, sentence)
    return see_other(f"{back}#photos")


def _may_see(request: HttpRequest, photo: Photo, dealership: Dealership) -> bool:
    """The session that holds the draft, the one that may manage the appointment, the staff of the dealership."""
    if photo.appointment_id is None:
        return bool(photo.holder) and photo.holder == load_draft(request, dealership).name
    mine = granted(request, dealership.slug)
    return (mine is not None and mine.pk == photo.appointment_id) or _is_staff(request, dealership)


def _is_staff(request: HttpRequest, dealership: Dealership) -> bool:
    """Who may open the appointment's card at the desk, signed in as the desk asks for it."""
    if not request.user.is_authenticated or not may(request.user, "search_customers", dealership):
        return False
    return settings.DEMO or is_mfa_enabled(request.user)


def _short_name(upload: UploadedFile) -> str:
    name = upload.name or ""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 8]}…{name[-7:]}"


def _read_id(text: str) -> UUID | None:
    try:
        return UUID(text) if len(text) == 36 else None
    except ValueError:
        return None
