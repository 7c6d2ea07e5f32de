"""The caller card as data: of the key's group only, and never without a record of the look."""

import pytest

from api.keys import make_key
from customers.models import AccessRecord, Vehicle
from dealerships.models import Group
from tests.garage import make_garage


def test_the_card_has_vehicles_and_visits(api):
    appointment, _token = api.booked()
    Vehicle.objects.update(vin="2HGFC2F5XKH000001", colour="Bleu", paint_code="B-593M", odometer=42_000)
    answer = api.get_private("customers?phone=(514)%20555-0123")
    assert answer.status_code == 200
    assert answer.json() == {
        "customers": [
            {
                "name": "Hélène Côté",
                "phone": "+15145550123",
                "email": "helene@example.com",
                "language": "fr",
                "vehicles": [
                    {
                        "year": 2019,
                        "make": "Honda",
                        "model": "Civic",
                        "vin": "2HGFC2F5XKH000001",
                        "plate": "A12BCD",
                        "colour": "Bleu",
                        "paint_code": "B-593M",
                        "odometer": 42_000,
                    }
                ],
                "upcoming": [
                    {
                        "reference": appointment.reference,
                        "status": "booked",
                        "dealership": "boreal",
                        "start": api.iso(9),
                        "ready_by": api.iso(11, 30),
                        "vehicle": "Honda Civic 2019",
                        "services": ["Changement de pneus"],
                    }
                ],
                "past": [],
            }
        ]
    }


def test_every_look_is_recorded(api):
    appointment, _token = api.booked()
    api.get_private("customers?phone=5145550123")
    records = AccessRecord.objects.order_by("pk").values_list("kind", "source", "words", "customer", "user")
    assert list(records) == [
        ("search", "api", "DMS: +15145550123", None, None),
        ("open", "api", "DMS: +15145550123", appointment.customer_id, None),
    ]


def test_nobody_found_is_recorded_too(api):
    assert api.get_private("customers?phone=5145550199").json() == {"customers": []}
    assert AccessRecord.objects.get().kind == "search"


def test_another_group_s_customers_do_not_exist(api):
    api.booked()
    group = Group.objects.create(slug="elsewhere", name="Elsewhere")
    make_garage(slug="far", group=group)
    key = make_key(group=group, name="else")
    assert api.get("customers?phone=5145550123", Authorization=f"Bearer {key}").json() == {"customers": []}


@pytest.mark.parametrize("headers", [{}, {"X-Manage-Token": "token"}, {"Authorization": "Bearer wrong"}])
def test_only_a_key_may_look(api, headers):
    _appointment, token = api.booked()
    sent = {name: token if value == "token" else value for name, value in headers.items()}
    answer = api.get("customers?phone=5145550123", **sent)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
    assert not AccessRecord.objects.exists()


@pytest.mark.parametrize(
    "query", ["", "phone=", "phone=abc", "phone=514", "phone=%00", "phone=5145550123&name=x"]
)
def test_a_number_that_cannot_be_is_refused(api, query):
    answer = api.get_private(f"customers?{query}")
    assert answer.status_code == 422
    assert set(answer.json()["errors"]) <= {"phone", "name"}
    assert not AccessRecord.objects.exists()
