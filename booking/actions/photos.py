"""Customers' photos: kept for a draft or an appointment, removed, forgotten.

The file is written before its row and deleted after it, so that whatever is cut in the middle leaves a file without a
row, which the sweep removes, and never a row without its file.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from booking.actions.history import CUSTOMER, By, record
from booking.models import Appointment, EventKind, Photo
from booking.models.photo import photo_storage
from dealerships.models import Dealership
from lib import clock
from lib.errors import Refusal
from lib.pictures import read_picture
from lib.uploads import MOST_FILES, RefusedUpload

MOST_PHOTOS = MOST_FILES  # as many as one form may bring
DRAFTS_KEPT_FOR = timedelta(hours=72)
# A file whose row is still being written is younger than that.
ORPHANS_KEPT_FOR = timedelta(hours=1)


class TooManyPhotos(Refusal):
    sentence = _("Five photos at most. Remove one to add another.")

    def __init__(self) -> None:
        super().__init__(self.sentence, code="too_many_photos", field="photos")


class TooManyAtOnce(TooManyPhotos):
    sentence = _("Five photos at most at once. Please choose the others again.")


def photos_of(
    *, dealership: Dealership, holder: str = "", appointment: Appointment | None = None
) -> QuerySet[Photo]:
    """The photos that wait under a draft's name, or the appointment's; none when neither is given."""
    mine = Photo.objects.filter(dealership=dealership)
    if appointment is not None:
        return mine.filter(appointment=appointment)
    return mine.filter(appointment=None, holder=holder) if holder else mine.none()


def add_photo(
    *,
    dealership: Dealership,
    upload: UploadedFile[Any],
    holder: str = "",
    appointment: Appointment | None = None,
    by: By = CUSTOMER,
) -> Photo:
    """Keep the uploaded photo, drawn anew. Raises Refusal for what is no photo, and TooManyPhotos beyond five.

    An appointment's history says that it came. Two at once can't exceed five: they are counted one after the other.
    """
    assert bool(holder) != (appointment is not None), "a photo is a draft's or an appointment's"
    mine = photos_of(dealership=dealership, holder=holder, appointment=appointment)
    _refuse_too_many(mine)  # before the work of reading it
    if isinstance(upload, RefusedUpload) and upload.one_too_many:
        raise TooManyAtOnce
    picture = read_picture(upload, size=upload.size or 0)
    storage, token = photo_storage(), secrets.token_hex(16)
    name = storage.save(f"{token[:2]}/{token}.jpg", ContentFile(picture.data))
    try:
        with transaction.atomic():
            _one_after_the_other(holder or f"appointment:{appointment.pk if appointment else ''}")
            _refuse_too_many(mine)
            photo = Photo.objects.create(
                dealership=dealership, holder=holder, appointment=appointment, file=name,
                width=picture.width, height=picture.height,
            )  # fmt: skip
            if appointment:
                record(appointment, EventKind.ADDED, by, old={}, photo=str(photo.pk))
            return photo
    except BaseException:
        storage.delete(name)
        raise


def remove_photo(
    *, dealership: Dealership, photo: UUID, holder: str = "", appointment: Appointment | None = None
) -> bool:
    """Remove one photo of this draft or appointment and its file; False when there is no such one any more."""
    mine = photos_of(dealership=dealership, holder=holder, appointment=appointment)
    return _forget(mine.filter(pk=photo)) == 1


def remove_draft_photos(*, dealership: Dealership, holder: str) -> int:
    """Remove what is left of a draft that is over; how many there were."""
    return _forget(photos_of(dealership=dealership, holder=holder))


def remove_photos_of(*, appointments: Collection[int]) -> int:
    """Remove every photo of these visits and its file; how many there were."""
    return _forget(Photo.objects.filter(appointment__in=appointments))


def carry_photos(*, holder: str, here: Dealership, there: Dealership) -> int:
    """The draft's photos here become those of the draft of the same name there, five in all; how many did."""
    if not holder:
        return 0
    with transaction.atomic():
        _one_after_the_other(holder)
        room = MOST_PHOTOS - photos_of(dealership=there, holder=holder).count()
        mine = photos_of(dealership=here, holder=holder).order_by("created_at", "pk")
        taken = list(mine.values_list("pk", flat=True)[: max(0, room)])
        return Photo.objects.filter(pk__in=taken).update(dealership=there)


def forget_draft_photos(*, now: datetime | None = None) -> int:
    """Remove the photos of drafts that came to nothing within 72 hours, and files without a row; how many files."""
    moment = now or clock.now()
    old = Photo.objects.filter(appointment=None, created_at__lt=moment - DRAFTS_KEPT_FOR)
    return _forget(old) + _sweep_orphans(moment - ORPHANS_KEPT_FOR)


def _refuse_too_many(photos: QuerySet[Photo]) -> None:
    if photos.count() >= MOST_PHOTOS:
        raise TooManyPhotos


def _forget(photos: QuerySet[Photo]) -> int:
    """Delete the rows, then, once that is certain, their files."""
    with transaction.atomic():
        # Locked, so that a booking that takes them meanwhile is not left without.
        gone = list(photos.select_for_update())
        Photo.objects.filter(pk__in=[photo.pk for photo in gone]).delete()
        names = [str(photo.file.name) for photo in gone]
        transaction.on_commit(lambda: _delete_files(names))
    return len(gone)


def _delete_files(names: list[str]) -> None:
    for name in names:
        photo_storage().delete(name)


def _sweep_orphans(before: datetime) -> int:
    storage = photo_storage()
    swept = 0
    for folder in _folders(storage):
        names = {f"{folder}/{name}" for name in storage.listdir(folder)[1]}
        names -= set(Photo.objects.filter(file__in=names).values_list("file", flat=True))
        for name in names:
            with contextlib.suppress(FileNotFoundError):  # another sweep took it
                if storage.get_modified_time(name) < before:
                    storage.delete(name)
                    swept += 1
    return swept


def _folders(storage: Storage) -> Iterator[str]:
    with contextlib.suppress(FileNotFoundError):  # there has never been a photo
        yield from storage.listdir("")[0]


def _one_after_the_other(owner: str) -> None:
    """Wait for whoever adds a photo to the same draft or appointment, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"photos:{owner}"])
