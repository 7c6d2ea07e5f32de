"""Photos that take their time: other tabs, the visit booked meanwhile, the draft before."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils.datastructures import MultiValueDict

from booking.models import Appointment, Photo
from booking.views.journey import start_journey
from booking.views.photos import change_photos, draft_owner
from booking.views.services import services
from tests.booking.pictures import jpeg, upload
from tests.booking.views.conftest import CIVIC, LUC, Visitor, hidden, said
from tests.booking.views.photos.sending import BRAKES, TOO_LATE, add, book


def as_it_was(visitor: Visitor, **posted: object) -> HttpRequest:
    """A request that began now, in the visitor's session, and that is still being read."""
    request = RequestFactory().post(visitor.url("book/photos/"), posted)
    request.session = SessionStore(visitor.client.session.session_key)
    request.session.load()
    request.user = AnonymousUser()
    return request


def test_a_photo_that_is_read_while_the_visit_is_booked_joins_no_other_draft(visitor: Visitor) -> None:
    visitor.post("book/services/", {**BRAKES, "problem": "Ça grince"})
    late = as_it_was(visitor, photos=[upload()])
    journey = start_journey(late, visitor.garage.dealership.slug)
    book(visitor)
    changed = change_photos(late, draft_owner(journey))
    late.close()
    assert (changed.added, len(changed.sentences), Photo.objects.count()) == (0, 1, 0)


def test_a_photo_of_the_draft_before_is_refused_with_a_sentence(visitor: Visitor) -> None:
    visitor.post("book/services/", BRAKES)
    before = hidden(visitor.get("book/services/").content.decode(), "draft")
    book(visitor)
    visitor.post("book/", CIVIC)
    answer = visitor.post(
        "book/photos/", {"photos": [upload()], "draft": before}, headers={"HX-Request": "true"}
    )
    assert said(TOO_LATE) in answer.content.decode()
    assert Photo.objects.count() == 0
    page = visitor.get("book/services/").content.decode()
    visitor.post("book/photos/", {"photos": [upload()], "draft": hidden(page, "draft")})
    assert Photo.objects.count() == 1


def test_a_confirmation_sent_again_takes_nothing_from_the_next_draft(visitor: Visitor) -> None:
    visitor.post("book/services/", BRAKES)
    start = visitor.starts()[0]
    visitor.post("book/time/", {"start": start.starts_at.isoformat(), "transport": "drop_off"})
    visitor.post("book/contact/", LUC)
    confirmation = visitor.confirmation()
    visitor.post("book/check/", confirmation)
    visitor.post("book/", CIVIC)
    add(visitor, upload())
    again = visitor.post("book/check/", confirmation)
    assert again.headers["Location"] == visitor.url("appointment/")
    assert Photo.objects.filter(appointment=None).count() == 1
    assert visitor.get("book/services/").status_code == 200


def test_after_a_refused_photo_the_sixth_file_is_one_too_many_and_not_empty(visitor: Visitor) -> None:
    files = [upload("a.svg", b"<svg/>"), *[upload(f"{number}.jpg") for number in range(5)]]
    page = add(visitor, *files).content.decode()
    assert said("Five photos at most at once. Please choose the others again.") in page
    assert said("This file is empty.") not in page
    assert Photo.objects.count() == 4


LATE = (
    "Your photos took a while, and you changed this page in another tab meanwhile. Your newer choice is kept."
)


class SlowUpload(SimpleUploadedFile):
    """A photo whose reading takes as long as `meanwhile` in another tab of the same browser."""

    def __init__(self, meanwhile: Callable[[], object]) -> None:
        self.meanwhile = meanwhile
        super().__init__("lent.jpg", jpeg(), content_type="image/jpeg")

    def read(self, *args: int) -> bytes:
        self.meanwhile()
        return bytes(super().read(*args))


def send_slowly(visitor: Visitor, meanwhile: Callable[[], object], **form: object) -> HttpResponse:
    """The form without JavaScript, with a photo that is slow; what the site answers at last."""
    request = RequestFactory().post(visitor.url("book/services/"), form)
    assert request.POST.get("service")
    request._files = MultiValueDict({"photos": [SlowUpload(meanwhile)]})
    request.COOKIES["sessionid"] = visitor.client.session.session_key
    request.user = AnonymousUser()
    slug = visitor.garage.dealership.slug
    whole = SessionMiddleware(MessageMiddleware(lambda request: services(request, slug)))
    return whole(request)


def kept_draft(visitor: Visitor) -> dict:
    return visitor.client.session[f"draft:{visitor.garage.dealership.slug}"]


def form_now(visitor: Visitor) -> dict[str, str]:
    page = visitor.get("book/services/").content.decode()
    return {name: hidden(page, name) for name in ("seen", "draft")}


def test_a_form_with_a_photo_writes_its_own_step_over_what_other_tabs_wrote_in_theirs(
    visitor: Visitor,
) -> None:
    visitor.post("book/services/", BRAKES)
    start = visitor.starts()[0].starts_at.isoformat()

    def meanwhile() -> None:
        visitor.post("book/time/", {"start": start, "transport": "drop_off"})
        visitor.post("book/contact/", LUC)
        visitor.post("book/", {**CIVIC, "model": "Accord"})

    answer = send_slowly(visitor, meanwhile, **BRAKES, problem="Ça grince", **form_now(visitor))
    assert answer.status_code == 303
    kept = kept_draft(visitor)
    assert (kept["problem"], kept["services"]) == ("Ça grince", ["brakes"])
    assert (kept["start"], kept["transport"]) == (start, "drop_off")
    assert kept["contact"]["name"] == LUC["name"]
    assert kept["vehicle"]["model"] == "Accord"
    assert Photo.objects.count() == 1


def test_a_newer_choice_on_the_same_page_is_kept_and_the_older_form_says_so(visitor: Visitor) -> None:
    visitor.post("book/services/", BRAKES)
    old = form_now(visitor)

    def meanwhile() -> None:
        visitor.post("book/services/", {**BRAKES, "problem": "Elle vibre"})

    answer = send_slowly(visitor, meanwhile, **BRAKES, problem="Ça grince", **old)
    assert (answer.status_code, answer.headers["Location"]) == (303, visitor.url("book/services/"))
    assert kept_draft(visitor)["problem"] == "Elle vibre"
    assert Photo.objects.count() == 1
    page = visitor.get("book/services/").content.decode()
    assert said(LATE) in page
    assert "Elle vibre</textarea>" in page


def test_a_form_that_was_sent_for_minutes_before_it_is_read_undoes_nothing_either(visitor: Visitor) -> None:
    visitor.post("book/services/", BRAKES)
    old = form_now(visitor)
    visitor.post("book/services/", {"service": ["oil_change"]})
    visitor.post("book/services/", {**BRAKES, "problem": "Ça grince", "photos": [upload()], **old})
    assert kept_draft(visitor)["services"] == ["oil_change"]
    assert Photo.objects.count() == 1
    # As the page is now, the same form is taken.
    visitor.post(
        "book/services/", {**BRAKES, "problem": "Ça grince", "photos": [upload()], **form_now(visitor)}
    )
    assert (kept_draft(visitor)["services"], Photo.objects.count()) == (["brakes"], 2)


def test_a_form_without_photos_may_take_back_what_was_chosen_later(visitor: Visitor) -> None:
    visitor.post("book/services/", BRAKES)
    before = form_now(visitor)
    visitor.post("book/services/", {"service": ["oil_change"]})
    visitor.post("book/services/", {**BRAKES, **before})  # by the browser's Back
    assert kept_draft(visitor)["services"] == ["brakes"]


def test_a_form_whose_visit_is_booked_meanwhile_brings_no_draft_back_and_leaves_the_visit(
    visitor: Visitor,
) -> None:
    visitor.post("book/services/", BRAKES)
    answer = send_slowly(visitor, lambda: book(visitor), **BRAKES, problem="Ça grince", **form_now(visitor))
    assert answer.headers["Location"] == visitor.url("book/")
    assert not visitor.client.session.get(f"draft:{visitor.garage.dealership.slug}")
    assert said(TOO_LATE) in visitor.get("book/").content.decode()
    calendar = visitor.get("appointment/calendar.ics")
    assert Appointment.objects.get().reference in calendar.content.decode()
    assert not Photo.objects.exists()


def test_photos_that_arrive_after_the_visit_is_booked_are_answered_with_a_sentence(visitor: Visitor) -> None:
    visitor.post("book/services/", BRAKES)
    old = form_now(visitor)
    book(visitor)
    answer = visitor.post("book/services/", {**BRAKES, "photos": [upload()], **old})
    assert answer.headers["Location"] == visitor.url("book/")
    assert said(TOO_LATE) in visitor.get("book/").content.decode()
    assert not Photo.objects.exists()
