"""Photos are kept with their file, for one draft or one appointment, and no file outlives its row for long."""

from __future__ import annotations

import os
import threading
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.db import connection, transaction

from booking.actions.photos import (
    MOST_PHOTOS,
    TooManyPhotos,
    add_photo,
    forget_draft_photos,
    photos_of,
    remove_draft_photos,
    remove_photo,
)
from booking.models import Photo
from booking.models.photo import photo_storage
from lib import clock
from lib.errors import Refusal
from tests.booking.pictures import upload
from tests.garage import Garage, make_garage

MINE, OTHER = "a" * 32, "b" * 32


@pytest.fixture
def garage(db: None) -> Garage:
    return make_garage()


def keep(garage: Garage, holder: str = MINE) -> Photo:
    return add_photo(dealership=garage.dealership, upload=upload(), holder=holder)


def exists(photo: Photo) -> bool:
    return photo_storage().exists(str(photo.file.name))


def test_a_photo_is_kept_under_a_random_name_that_only_we_may_read(garage: Garage) -> None:
    photo = keep(garage)
    path = Path(photo_storage().path(str(photo.file.name)))
    assert (photo.width, photo.height, photo.holder, photo.appointment) == (60, 40, MINE, None)
    assert path.read_bytes().startswith(b"\xff\xd8\xff")
    assert path.stat().st_mode & 0o077 == 0
    assert "voyant" not in str(path)
    assert str(photo.pk).replace("-", "") not in str(path)


def test_what_is_no_photo_leaves_nothing_behind(garage: Garage) -> None:
    with pytest.raises(Refusal):
        add_photo(dealership=garage.dealership, upload=upload(data=b"<svg/>"), holder=MINE)
    assert Photo.objects.count() == 0


def test_when_the_row_can_t_be_written_the_file_goes(garage: Garage, monkeypatch: pytest.MonkeyPatch) -> None:
    before = set(Path(photo_storage().path("")).rglob("*.jpg"))

    def fail(**values: object) -> Photo:
        raise RuntimeError("the database went away")

    monkeypatch.setattr(Photo.objects, "create", fail)
    with pytest.raises(RuntimeError):
        keep(garage)
    assert set(Path(photo_storage().path("")).rglob("*.jpg")) == before


def test_five_photos_a_draft_and_no_more(garage: Garage) -> None:
    for _number in range(MOST_PHOTOS):
        keep(garage)
    with pytest.raises(TooManyPhotos):
        keep(garage)
    keep(garage, OTHER)
    assert photos_of(dealership=garage.dealership, holder=MINE).count() == MOST_PHOTOS


def test_a_photo_is_removed_by_whom_it_belongs_to_only(
    garage: Garage, django_capture_on_commit_callbacks: object
) -> None:
    photo = keep(garage)
    assert not remove_photo(dealership=garage.dealership, photo=photo.pk, holder=OTHER)
    assert not remove_photo(dealership=garage.dealership, photo=photo.pk)
    assert exists(photo)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert remove_photo(dealership=garage.dealership, photo=photo.pk, holder=MINE)
    assert not exists(photo)
    assert not remove_photo(dealership=garage.dealership, photo=photo.pk, holder=MINE)
    assert not remove_photo(dealership=garage.dealership, photo=uuid4(), holder=MINE)


def test_the_photos_of_a_draft_become_the_appointment_s(garage: Garage) -> None:
    mine, other = keep(garage), keep(garage, OTHER)
    booked = garage.book(garage.at(8), problem="Un bruit à gauche", photos_of=MINE)
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.appointment, mine.holder) == (booked, "")
    assert (other.appointment, other.holder) == (None, OTHER)
    assert remove_draft_photos(dealership=garage.dealership, holder=MINE) == 0
    assert exists(mine)


def test_a_photo_of_an_appointment_is_in_its_history(garage: Garage) -> None:
    booked = garage.book(garage.at(8))
    photo = add_photo(dealership=garage.dealership, upload=upload(), appointment=booked)
    event = booked.events.last()
    assert event is not None
    assert (event.kind, event.actor, event.new["photo"]) == ("added", "customer", str(photo.pk))
    assert list(photos_of(dealership=garage.dealership, appointment=booked)) == [photo]
    assert not photos_of(dealership=garage.dealership, holder=MINE).exists()


def test_drafts_that_came_to_nothing_are_forgotten_after_three_days(
    garage: Garage, django_capture_on_commit_callbacks: object
) -> None:
    old, fresh = keep(garage), keep(garage)
    booked = garage.book(garage.at(8))
    kept = add_photo(dealership=garage.dealership, upload=upload(), appointment=booked)
    Photo.objects.exclude(pk=fresh.pk).update(created_at=clock.now() - timedelta(hours=73))
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        forget_draft_photos()
    assert set(Photo.objects.all()) == {fresh, kept}
    assert [exists(photo) for photo in (old, fresh, kept)] == [False, True, True]
    assert forget_draft_photos() == 0


def test_a_file_whose_row_was_never_written_is_swept_after_an_hour(garage: Garage) -> None:
    kept, storage = keep(garage), photo_storage()
    names = [storage.save(f"zz/{uuid4().hex}.jpg", ContentFile(b"x")) for _number in range(2)]
    hour_ago = (clock.now() - timedelta(minutes=61)).timestamp()
    for name in (names[0], str(kept.file.name)):
        os.utime(storage.path(name), (hour_ago, hour_ago))
    assert forget_draft_photos() == 1
    assert [storage.exists(name) for name in names] == [False, True]
    assert exists(kept)
    storage.delete(names[1])


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_leave_five() -> None:
    garage = make_garage()
    refused: list[str] = []

    def send() -> None:
        try:
            keep(garage)
        except TooManyPhotos as refusal:
            refused.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 5
    kept = list(photos_of(dealership=garage.dealership, holder=MINE))
    assert len(kept) == MOST_PHOTOS
    assert all(exists(photo) for photo in kept)
    with transaction.atomic():
        assert remove_draft_photos(dealership=garage.dealership, holder=MINE) == MOST_PHOTOS
    assert not any(exists(photo) for photo in kept)
