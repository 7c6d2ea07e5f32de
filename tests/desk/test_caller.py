import pytest
from django.urls import reverse

from booking.models import Appointment
from customers.models import AccessRecord, Customer, Vehicle, VehicleDriver
from dealerships.models import Group, Role
from lib import tokens
from tests.desk.conftest import open_workshop


@pytest.fixture
def people(workshop):
    group = workshop.garage.dealership.group

    def known(name, phone="", **vehicle):
        customer = Customer.objects.create(group=group, name=name, phone=phone, email="x@example.com")
        if vehicle:
            VehicleDriver.objects.create(
                customer=customer, vehicle=Vehicle.objects.create(group=group, **vehicle), owner=True
            )
        return customer

    return {
        "eve": known(
            "Marie-Ève Côté", "+14505550111", plate="A1O BCD".replace(" ", ""), make="Honda", model="Fit"
        ),
        "pat": known("Patrick O’Brien", "+15145550122", vin="2T3ZZZZZ6RW000001", make="Toyota", model="RAV4"),
        "luc": known("Luc Tremblay", "+15145550133"),
        "lucie": known("Lucie Tremblay", "+15145550144"),
    }


def found(client, words):
    """The ids of the customers on the page that the search leads to."""
    answer = client.get("/desk/caller/", {"q": words})
    page = answer.content.decode()
    return {pk for pk in Customer.objects.values_list("pk", flat=True) if _shows(page, pk)}


def _shows(page, pk):
    return f'href="{reverse("desk:customer", args=[pk])}"' in page or f"?customer={pk}" in page


@pytest.mark.parametrize(
    ("words", "who"),
    [
        ("450 555-0111", {"eve"}),
        ("1 (450) 555-0111", {"eve"}),
        ("5550111", {"eve"}),
        ("0111", {"eve"}),
        ("cote", {"eve"}),
        ("CÔTÉ, Marie", {"eve"}),
        ("marie eve", {"eve"}),
        ("obrien", {"pat"}),
        ("o'brien", {"pat"}),
        ("O’Brien", {"pat"}),
        ("brien patrick", {"pat"}),
        ("trem", {"luc", "lucie"}),
        ("tremblay lucie", {"lucie"}),
        ("a10 bcd", {"eve"}),  # the plate has a letter O
        ("A1O-BCD", {"eve"}),
        ("aiobcd", {"eve"}),
        ("2T3ZZZZZ6RW000001", {"pat"}),
        ("2t3zzzzz 6rw 00000i", {"pat"}),
        ("000001", {"pat"}),
        ("RW000001", {"pat"}),
        ("co", set()),
        ("011", set()),
        ("555", set()),
        ("zzz%", set()),
        ("%%%", set()),
        ("___", set()),
    ],
)
def test_a_customer_is_found_by_what_the_caller_says(advisor, people, words, who):
    assert found(advisor, words) == {people[name].pk for name in who}


def test_a_reference_leads_to_its_appointment_however_it_is_read_out(advisor, workshop):
    booked = workshop.book(8)
    shown = tokens.show_reference(booked.reference)
    for words in (booked.reference, shown, shown.lower().replace("-", " ")):
        answer = advisor.get("/desk/caller/", {"q": words})
        assert answer.url == reverse("desk:appointment", args=["boreal", booked.reference])


def test_a_reference_of_another_group_finds_nothing(advisor, db):
    elsewhere = open_workshop(slug="ailleurs", group=Group.objects.create(slug="autre", name="Autre"))
    theirs = elsewhere.book(8)
    assert advisor.get("/desk/caller/", {"q": theirs.reference}).status_code == 200


def test_the_customers_of_another_group_are_not_found_nor_opened(advisor, people):
    other = Group.objects.create(slug="autre", name="Autre")
    stranger = Customer.objects.create(group=other, name="Zoé Tremblay", phone="+15145550133")
    assert stranger.pk not in found(advisor, "tremblay")
    assert found(advisor, "0133") == {people["luc"].pk}
    assert advisor.get(f"/desk/caller/{stranger.pk}/").status_code == 404
    assert advisor.get("/desk/boreal/book/", {"customer": stranger.pk}).status_code == 404


def test_no_more_than_twenty_rows_are_shown_and_the_page_says_so(advisor, workshop):
    group = workshop.garage.dealership.group
    for number in range(23):
        Customer.objects.create(group=group, name=f"Jean Gagnon {number:02}", phone=f"+1514555{number:04}")
    page = advisor.get("/desk/caller/", {"q": "gagnon"}).content.decode()
    assert page.count('class="stretched-link"') == 20
    assert "20" in page


def test_every_search_is_kept_and_every_opening(advisor, people):
    advisor.get("/desk/caller/", {"q": "tremblay"})
    advisor.get("/desk/caller/", {"q": "cote"})  # one alone: opened at once
    advisor.get(f"/desk/caller/{people['luc'].pk}/")
    kept = AccessRecord.objects.order_by("pk").values_list(
        "kind", "words", "customer", "user", "dealership__slug"
    )
    assert list(kept) == [
        ("search", "tremblay", None, advisor.user.pk, "boreal"),
        ("search", "cote", None, advisor.user.pk, "boreal"),
        ("open", "cote", people["eve"].pk, advisor.user.pk, "boreal"),
        ("open", "", people["luc"].pk, advisor.user.pk, "boreal"),
    ]


def test_an_empty_search_is_a_page_with_help_and_nothing_is_kept(advisor):
    assert advisor.get("/desk/caller/").status_code == 200
    assert not AccessRecord.objects.exists()


def test_a_very_long_search_is_kept_in_part(advisor):
    assert advisor.get("/desk/caller/", {"q": "a" * 5000}).status_code == 200
    assert len(AccessRecord.objects.get().words) == 120


def test_a_search_with_a_null_character_finds_nobody(advisor):
    assert advisor.get("/desk/caller/", {"q": "trem\x00blay"}).status_code == 200


def test_the_record_shows_vehicles_next_visit_and_last_visits(advisor, workshop):
    booked = workshop.book(8)
    past = workshop.book(9)
    Appointment.objects.filter(pk=past.pk).update(
        starts_at="2025-05-05T12:00Z",
        ready_at="2025-05-05T14:00Z",
        local_date="2025-05-05",
        status="completed",
    )
    booked.vehicle.paint_code = "NH-830M"
    booked.vehicle.save()
    page = advisor.get(f"/desk/caller/{booked.customer_id}/").content.decode()
    for part in ("Luc Tremblay", booked.vehicle.plate, "NH-830M", booked.reference, past.reference, "2025"):
        assert part in page, part
    assert f"?customer={booked.customer_id}&amp;vehicle={booked.vehicle_id}" in page


def test_parts_may_look_people_up_and_see_no_way_to_book(sign_in, people):
    parts = sign_in(Role.PARTS)
    page = parts.get(f"/desk/caller/{people['eve'].pk}/").content.decode()
    assert "Marie-Ève Côté" in page
    assert "/book/" not in page
