"""Photos through the page: added, shown to who may see them, removed; everything else gets a sentence."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client

from booking.models import Appointment, Photo
from booking.models.photo import photo_storage
from dealerships.models import Role
from lib import uploads
from tests.booking.pictures import jpeg, upload
from tests.booking.views.conftest import CIVIC, Visitor, said
from tests.booking.views.photos.sending import BRAKES, add, book, photo_path
from tests.desk.conftest import add_second_step
from tests.garage import Garage, make_garage, make_staff


def test_the_add_button_keeps_the_photos_and_what_is_chosen(visitor: Visitor) -> None:
    answer = add(visitor, upload(), upload("b.jpg"), problem="Ça grince")
    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        visitor.url("book/services/") + "#photos",
    )
    page = visitor.get("book/services/").content.decode()
    for photo in Photo.objects.all():
        assert f'src="{visitor.url(photo_path(photo))}?small"' in page
    assert "Ça grince</textarea>" in page
    assert 'value="brakes" data-minutes="90" data-cents="" checked' in page


def test_photos_chosen_without_the_add_button_come_with_going_on(visitor: Visitor) -> None:
    answer = visitor.post("book/services/", {**BRAKES, "photos": [upload()]})
    assert answer.headers["Location"] == visitor.url("book/time/")
    assert Photo.objects.count() == 1


def test_the_remove_button_removes_one_and_goes_on_nowhere(visitor: Visitor) -> None:
    add(visitor, upload(), upload())
    gone, kept = Photo.objects.all()
    answer = visitor.post("book/services/", {**BRAKES, "remove_photo": str(gone.pk)})
    assert answer.headers["Location"] == visitor.url("book/services/") + "#photos"
    assert list(Photo.objects.all()) == [kept]
    for nonsense in ("", "x", str(uuid4()), "\x00" * 36, str(gone.pk)):
        assert visitor.post("book/services/", {**BRAKES, "remove_photo": nonsense}).status_code == 303
    assert list(Photo.objects.all()) == [kept]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "This file is empty."),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            "This file is not a photo that we can read. Choose a JPEG, PNG or WebP file.",
        ),
        (
            b"<html><script>alert(1)</script>",
            "This file is not a photo that we can read. Choose a JPEG, PNG or WebP file.",
        ),
        (
            b"\x00\x00\x00\x18ftypheic" + b"\x00" * 40,
            "HEIC photos can't be read here. Send the photo as JPEG, PNG or WebP.",
        ),
    ],
)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_is_no_photo_gets_its_sentence_and_holds_up_no_other(
    garage: Garage, language: str, data: bytes, sentence: str
) -> None:
    visitor = Visitor(garage, language)
    visitor.post("book/", CIVIC)
    answer = add(visitor, upload("a.jpg", data), upload("b.jpg"), problem="Un bruit")
    assert answer.status_code == 422
    page = answer.content.decode()
    told = said("%(file)s: %(sentence)s", language) % {"file": "a.jpg", "sentence": said(sentence, language)}
    assert told.replace("'", "&#x27;") in page
    assert 'href="#id_photos"' in page
    assert "Un bruit</textarea>" in page
    assert Photo.objects.count() == 1


def test_a_photo_with_a_page_behind_it_is_kept_without_the_page(visitor: Visitor) -> None:
    add(visitor, upload("a.jpg", jpeg() + b"<script>alert(1)</script>"))
    shown = visitor.get(photo_path(Photo.objects.get()))
    assert b"<script>" not in shown.content


def test_of_twenty_photos_five_are_kept_and_the_page_says_so(visitor: Visitor) -> None:
    answer = add(visitor, *[upload(f"{number}.jpg") for number in range(20)])
    assert answer.status_code == 422
    assert (
        answer.content.decode().count(said("Five photos at most. Remove one to add another.")) == 2
    )  # summary, field
    assert Photo.objects.count() == 5
    assert 'name="photos"' not in visitor.get("book/services/").content.decode()


def test_a_file_that_is_too_large_is_answered_by_the_page(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_BYTES", 1000)
    answer = add(visitor, upload("film.mp4", b"x" * 50_000), problem="Un bruit")
    # The quota of the handler is what the message says in the end.
    assert answer.status_code == 422
    assert "film.mp4" in answer.content.decode()
    assert "Un bruit</textarea>" in answer.content.decode()


def test_what_is_far_too_large_is_a_sentence_and_no_fault(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_READ", 1000)
    visitor.client.raise_request_exception = False
    answer = add(visitor, upload(data=b"x" * 5000))
    assert answer.status_code in (400, 413)


def test_a_name_is_shown_as_words_and_not_as_markup(visitor: Visitor) -> None:
    answer = add(visitor, upload("<img src=x onerror=alert(1)>" + "x" * 80 + ".jpg", b"no"))
    assert "<img src=x" not in answer.content.decode()
    assert "…" in answer.content.decode()


def test_a_photo_is_an_image_that_nobody_caches(visitor: Visitor) -> None:
    add(visitor, upload())
    for query in ({}, {"small": ""}):
        shown = visitor.get(photo_path(Photo.objects.get()), **query)
        assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/jpeg")
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
        assert shown.headers["Cache-Control"] == "private, no-store"
        assert shown.content.startswith(b"\xff\xd8\xff")


def test_a_draft_s_photo_is_shown_to_its_session_alone(
    visitor: Visitor, another: Callable[..., Visitor]
) -> None:
    add(visitor, upload())
    path = photo_path(Photo.objects.get())
    stranger, user = another(), make_staff(visitor.garage.dealership, Role.MANAGER)
    stranger.post("book/", CIVIC)
    assert stranger.get(path).status_code == 404
    assert Client().get(visitor.url(path)).status_code == 404
    add_second_step(user)
    stranger.client.force_login(user)
    assert stranger.get(path).status_code == 404  # nobody's visit yet
    assert visitor.get(f"photos/{uuid4()}/").status_code == 404


def test_an_appointment_s_photo_is_shown_to_its_link_and_to_the_staff_there(
    visitor: Visitor, another: Callable[..., Visitor]
) -> None:
    add(visitor, upload(), problem="Ça grince")
    booked = book(visitor)
    photo = Photo.objects.get()
    assert (photo.appointment, booked.problem) == (booked, "Ça grince")
    path = photo_path(photo)
    assert visitor.get(path).status_code == 200
    stranger = another()
    assert stranger.get(path).status_code == 404

    advisor = add_second_step(make_staff(visitor.garage.dealership, Role.ADVISOR))
    staff = another()
    staff.client.force_login(advisor)
    assert staff.get(path).status_code == 200
    elsewhere = make_garage(slug="ailleurs").dealership
    foreign = another()
    foreign.client.force_login(add_second_step(make_staff(elsewhere, Role.MANAGER)))
    assert foreign.get(path).status_code == 404
    # Nor at another dealership's address.
    assert staff.client.get(f"/ailleurs/{path}").status_code == 404
    one_step = another()
    one_step.client.force_login(
        make_staff(visitor.garage.dealership, Role.MANAGER, email="one@boreal.example")
    )
    assert one_step.get(path).status_code == 404


def test_a_photo_whose_file_is_lost_is_not_there(visitor: Visitor) -> None:
    add(visitor, upload())
    photo = Photo.objects.get()
    photo_storage().delete(str(photo.file.name))
    assert visitor.get(photo_path(photo)).status_code == 404


def test_htmx_is_given_the_part_of_the_page_with_its_sentences(visitor: Visitor) -> None:
    answer = visitor.post(
        "book/photos/", {"photos": [upload(), upload("b.svg", b"<svg/>")]}, headers={"HX-Request": "true"}
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" not in page
    assert "b.svg\u00a0: " in page
    photo = Photo.objects.get()
    answer = visitor.post("book/photos/", {"remove_photo": str(photo.pk)}, headers={"HX-Request": "true"})
    assert str(photo.pk) not in answer.content.decode()
    assert Photo.objects.count() == 0


def test_a_photo_is_not_sent_before_there_is_a_vehicle(another: Callable[..., Visitor]) -> None:
    assert another().post("book/photos/", {"photos": [upload()]}).status_code == 404
    assert Photo.objects.count() == 0


def test_photos_are_added_to_an_appointment_that_is_to_come(visitor: Visitor) -> None:
    visitor.post("book/services/", BRAKES)
    booked = book(visitor)
    answer = visitor.post("appointment/photos/", {"photos": [upload()]})
    assert answer.headers["Location"] == visitor.url("appointment/") + "#photos"
    assert list(booked.photos.values_list("holder", flat=True)) == [""]
    Appointment.objects.update(status="cancelled")
    visitor.post("appointment/photos/", {"photos": [upload()]})
    assert booked.photos.count() == 1


def test_a_stranger_adds_nothing_to_an_appointment(visitor: Visitor, another: Callable[..., Visitor]) -> None:
    visitor.post("book/services/", BRAKES)
    book(visitor)
    assert another().post("appointment/photos/", {"photos": [upload()]}).headers["Location"] == visitor.url(
        "find/"
    )
    assert Photo.objects.count() == 0


def test_what_was_told_for_work_that_is_chosen_no_more_is_not_booked(visitor: Visitor) -> None:
    add(visitor, upload(), problem="Ça grince")
    visitor.post("book/services/", {"service": ["oil_change"], "problem": "Ça grince"})
    booked = book(visitor)
    assert (booked.problem, booked.photos.count(), Photo.objects.count()) == ("", 0, 0)


def test_the_check_page_shows_what_was_told_and_notices_another_photo(visitor: Visitor) -> None:
    visitor.post("book/services/", {**BRAKES, "problem": "Ça grince\nà gauche"})
    start = visitor.starts()[0]
    visitor.post("book/time/", {"start": start.starts_at.isoformat(), "transport": "drop_off"})
    visitor.post("book/contact/", {"name": "Luc", "phone": "514 555-0123"})
    page = visitor.get("book/check/").content.decode()
    assert "Ça grince<br>à gauche" in page
    seen = visitor.confirmation()
    visitor.post("book/photos/", {"photos": [upload()]})
    assert visitor.post("book/check/", seen).status_code == 409
    assert f"{Photo.objects.get().pk}/?small" in visitor.get("book/check/").content.decode()
    assert visitor.post("book/check/", visitor.confirmation()).status_code == 303
    assert Appointment.objects.get().photos.count() == 1
