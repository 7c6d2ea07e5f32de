import pytest

from booking.models import Appointment
from customers.models import AccessRecord, Customer
from dealerships.models import Role
from notifications.models import Message
from tests.desk.conftest import Workshop

URL = "/desk/boreal/book/"


@pytest.fixture
def asked(workshop: Workshop):
    return {
        "key": "k1", "source": "phone", "name": "Luc Tremblay", "phone": "514 555-0123", "email": "", "language": "en",
        "vehicle": "new", "make": "Honda", "model": "Civic", "services": ["tire_swap"], "answer-rims": "on",
        "answer-tires": "own", "transport": "drop_off", "advisor": "", "start": workshop.wall(8), "book": "1",
    }  # fmt: skip


@pytest.fixture
def known(workshop: Workshop):
    booked = workshop.book(10)
    return booked.customer, booked.vehicle


def test_a_new_caller_is_booked_in_one_form(advisor, workshop, asked):
    answer = advisor.post(URL, asked)
    booked = Appointment.objects.get()
    assert answer.url == f"/desk/boreal/appointment/{booked.reference}/"
    assert (booked.starts_at, booked.source, booked.created_by) == (workshop.at(8), "phone", advisor.user)
    assert (booked.contact_phone, booked.language, booked.vehicle.make) == ("+15145550123", "en", "Honda")
    assert Message.objects.filter(about=booked.about, kind="confirmation", language="en").exists()


def test_a_walk_in_is_kept_as_one(advisor, asked):
    advisor.post(URL, {**asked, "source": "walk_in"})
    assert Appointment.objects.get().source == "walk_in"


def test_a_known_caller_keeps_their_record_and_vehicle(advisor, known, asked):
    customer, vehicle = known
    page = advisor.get(URL, {"customer": customer.pk, "vehicle": vehicle.pk}).content.decode()
    assert 'value="Luc Tremblay"' in page
    assert "514\u00a0555-0123" in page.replace(" ", "\u00a0")
    assert AccessRecord.objects.get().customer == customer  # the form shows what the record says
    advisor.post(URL, {**asked, "customer": customer.pk, "vehicle": vehicle.pk, "phone": "438 555-0100"})
    booked = Appointment.objects.latest("pk")
    assert (booked.customer, booked.vehicle, booked.contact_phone) == (customer, vehicle, "+14385550100")
    assert Customer.objects.get().phone == "+15145550123"


def test_the_vehicle_of_somebody_else_is_not_taken(advisor, known, workshop, asked):
    other = workshop.book(11, name="Ann Roy")
    answer = advisor.post(URL, {**asked, "customer": known[0].pk, "vehicle": other.vehicle_id})
    assert answer.status_code == 422
    assert Appointment.objects.filter(vehicle=other.vehicle_id).count() == 1


def test_sending_the_form_twice_books_once(advisor, asked):
    first, second = advisor.post(URL, asked), advisor.post(URL, asked)
    assert first.url == second.url
    assert Appointment.objects.count() == 1


def test_a_start_that_was_just_taken_comes_back_with_others_and_everything_typed(advisor, workshop, asked):
    for _advisor in workshop.garage.advisors:
        workshop.book(8)
    answer = advisor.post(URL, {**asked, "note": "Clé dans la boîte"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert page.count('name="start"') == 3
    for kept in ('value="514 555-0123"', 'value="Honda"', "Clé dans la boîte", 'value="k1"'):
        assert kept in page, kept
    assert Appointment.objects.count() == 2


def test_the_counter_may_book_without_notice_and_the_web_may_not(advisor, workshop, asked):
    workshop.garage.dealership.notice_minutes = 60 * 24 * 20
    workshop.garage.dealership.save()
    assert advisor.post(URL, asked).status_code == 302


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "id_name"),
        ({"phone": "555"}, "id_phone"),
        ({"phone": "", "email": ""}, "id_phone"),
        ({"make": "", "model": ""}, "id_make"),
        ({"vin": "123"}, "id_vin"),
        ({"year": "19"}, "id_year"),
        ({"services": []}, "error-summary"),
        ({"start": ""}, "error-summary"),
        ({"start": "rubbish"}, "error-summary"),
        ({"answer-rims": ""}, 'role="alert"'),
        ({"start": "2020-01-01T08:00"}, 'role="alert"'),
        ({"note": "x" * 2001}, "id_note"),
    ],
)
def test_what_is_wrong_is_said_where_it_is_and_nothing_is_booked(advisor, asked, wrong, sentence):
    answer = advisor.post(URL, {**asked, **wrong})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Appointment.objects.exists()


def test_looking_at_the_times_books_nothing_and_calls_nothing_wrong(advisor, asked):
    del asked["book"]
    page = advisor.post(URL, {**asked, "name": "", "phone": "51"}).content.decode()
    assert 'value="51"' in page
    assert "error-summary" not in page
    assert not Appointment.objects.exists()


def test_htmx_is_given_the_work_and_its_times_only(advisor, workshop, asked):
    del asked["book"]
    answer = advisor.post(URL, asked, headers={"HX-Request": "true", "HX-Target": "plan"})
    page = answer.content.decode()
    assert "<html" not in page
    assert f'value="{workshop.wall(8)}" checked' in page


def test_without_work_there_are_no_times_yet_and_the_wished_start_is_kept(advisor, workshop):
    page = advisor.get(
        URL, {"start": workshop.wall(9), "advisor": workshop.garage.advisors[1].pk}
    ).content.decode()
    assert f'name="start" value="{workshop.wall(9)}"' in page
    assert f'<option value="{workshop.garage.advisors[1].pk}" selected>' in page


def test_a_day_far_ahead_or_gone_by_is_a_page_without_times(advisor):
    for day in ("2020-01-01", "2090-01-01"):
        assert advisor.get(URL, {"services": "oil_change", "day": day}).status_code == 200


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("name", ["day", "window", "jump", "start"])
def test_a_day_of_another_age_counts_as_none(advisor, name, day):
    value = f"{day}T23:59" if name == "start" else day
    for asked in ({name: value}, {name: value, "services": "oil_change"}):
        page = advisor.get(URL, asked)
        assert page.status_code == 200
    assert f'value="{day}"' not in page.content.decode()


def test_parts_may_not_book(sign_in, asked):
    parts = sign_in(Role.PARTS)
    assert parts.get(URL).status_code == 403
    assert parts.post(URL, asked).status_code == 403
    assert not Appointment.objects.exists()


def test_names_and_numbers_never_travel_in_the_address(advisor):
    page = advisor.get(URL).content.decode()
    assert 'method="post"' in page
    assert "hx-get" not in page
    assert 'formmethod="get"' not in page
