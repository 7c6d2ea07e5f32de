"""What customers tell of their vehicle is on the card: the problem, photos, kilometres, the visit that did not cure it."""

import pytest
from django.urls import reverse

from booking.actions.photos import add_photo
from booking.models.photo import photo_storage
from lib import clock
from tests.booking.pictures import upload


@pytest.fixture
def earlier(workshop):
    return workshop.book(8)


@pytest.fixture
def comeback(workshop, earlier):
    booked = workshop.book(9, problem="Ça grince\n<b>encore</b>", same_as=earlier, odometer=94900)
    photos = [
        add_photo(dealership=booked.dealership, upload=upload(), appointment=booked) for _number in range(2)
    ]
    yield booked
    for photo in photos:
        photo_storage().delete(str(photo.file.name))


def url(appointment):
    return reverse("desk:appointment", args=["boreal", appointment.reference])


def test_the_card_shows_what_was_told(advisor, comeback, earlier):
    page = advisor.get(url(comeback)).content.decode()
    assert "Ça grince<br>&lt;b&gt;encore&lt;/b&gt;" in page
    assert "94\u00a0900\u00a0km" in page
    for photo in comeback.photos.all():
        assert f'src="/boreal/photos/{photo.pk}/?small"' in page
    day = clock.say_date(earlier.local_date, "fr", year=True)
    badge = page.split('class="badge chip-late"')[1].split("</a>")[0]
    assert day in badge
    assert f'href="{url(earlier)}"' in badge


def test_the_board_marks_a_comeback(advisor, comeback):
    board = advisor.get(reverse("desk:day", args=["boreal", comeback.local_date])).content.decode()
    assert board.count('class="mark-comeback"') == 1


def test_a_visit_about_which_nothing_was_told_shows_nothing(advisor, earlier):
    page = advisor.get(url(earlier)).content.decode()
    assert "panel-told" not in page
    assert "chip-late" not in page.split("data-panel-title")[1]


def test_the_card_costs_as_many_queries_with_five_photos_as_with_two(
    advisor, comeback, django_assert_max_num_queries
):
    headers = {"HX-Request": "true", "HX-Target": "panel"}
    advisor.get(url(comeback), headers=headers)
    with django_assert_max_num_queries(16) as few:
        advisor.get(url(comeback), headers=headers)
    kept = [
        add_photo(dealership=comeback.dealership, upload=upload(), appointment=comeback) for _n in range(3)
    ]
    with django_assert_max_num_queries(len(few)):
        advisor.get(url(comeback), headers=headers)
    for photo in kept:
        photo_storage().delete(str(photo.file.name))
