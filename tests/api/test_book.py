"""Booking by API: once, whatever is repeated; refused with a sentence, whatever is wrong."""

import pytest

from booking.answers import manage_url
from booking.models import Appointment, AppointmentEvent, CapacityPool
from customers.models import Customer
from lib import clock
from notifications.models import Message
from tests.api.conftest import Api

CHECK = "Certaines données ne peuvent pas être utilisées; voir errors."


def used():
    return sum(CapacityPool.objects.values_list("used", flat=True))


def test_it_books_and_tells_everything_that_was_promised(api):
    response = api.book(api.order(note="  Clé\u202e antivol  dans le coffre. "))
    appointment = Appointment.objects.get()
    assert response.status_code == 201
    assert response.json() == {
        "reference": appointment.reference,
        "status": "booked",
        "start": api.iso(9),
        "ready_by": api.iso(11, 30),
        "advisor": {"id": appointment.advisor_id, "name": appointment.advisor.name},
        "manage_url": manage_url(appointment),
    }
    assert "Idempotent-Replayed" not in response.headers
    assert (appointment.starts_at, appointment.source, appointment.note) == (
        api.at(9), "api", "Clé antivol dans le coffre.",
    )  # fmt: skip
    assert (appointment.contact_phone, appointment.vehicle.plate) == ("+15145550123", "A12BCD")
    event = AppointmentEvent.objects.get()
    assert (event.kind, event.actor, event.source) == ("booked", "api", "api")
    assert set(Message.objects.filter(kind="confirmation").values_list("channel", flat=True)) == {
        "email",
        "sms",
    }


def test_the_same_key_and_body_give_the_first_answer_again(api):
    first = api.book(api.order())
    before = used()
    second = api.book(api.order())
    assert (second.status_code, second.headers["Idempotent-Replayed"]) == (201, "true")
    assert second.json() == first.json()
    assert (Appointment.objects.count(), used()) == (1, before)


def test_the_first_answer_is_given_again_even_after_a_change(api):
    first = api.book(api.order())
    token = first.json()["manage_url"].rsplit("/", 1)[1]
    api.post(f"appointments/{first.json()['reference']}/cancel", {}, **{"X-Manage-Token": token})
    assert api.book(api.order()).json() == first.json()


def test_the_order_of_fields_and_an_explicit_nothing_make_no_other_body(api):
    first = api.book(api.order())
    body = dict(reversed(api.order(note=None, advisor=None).items()))
    assert api.book(body).json() == first.json()


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("fr", "Cette clé a déjà servi pour une autre réservation. Prenez une nouvelle clé."),
        ("en", "This key was already used for another booking. Use a new key."),
    ],
)
def test_the_same_key_with_another_body_is_refused(api, language, sentence):
    api.book(api.order())
    answer = api.book(api.order(10), **{"Accept-Language": language})
    assert answer.status_code == 422
    body = answer.json()
    assert (body["code"], list(body["errors"])) == ("idempotency_mismatch", ["Idempotency-Key"])
    assert len(body["errors"]["Idempotency-Key"]) == 1
    if language == "en":
        assert body["errors"] == {"Idempotency-Key": [sentence]}
    assert Appointment.objects.count() == 1


@pytest.mark.parametrize("key", ["", " ", "a" * 121, "clé", "a b", "a\x01b"])
def test_without_a_usable_key_nothing_is_booked(api, key):
    answer = api.book(api.order(), key=key)
    assert (answer.status_code, answer.json()) == (
        400,
        {
            "code": "idempotency_key_required",
            "message": "Envoyez l’en-tête Idempotency-Key\u00a0: de 1 à 120 caractères visibles, "
            "nouveau pour chaque réservation.",
        },
    )
    assert not Appointment.objects.exists()


def test_keys_of_two_clients_do_not_meet(api):
    api.book(api.order())
    with_key = api.book(api.order(10), Authorization=f"Bearer {api.key}")
    assert with_key.status_code == 201
    assert Appointment.objects.count() == 2


def test_a_wrong_bearer_key_is_refused_even_where_none_is_needed(api):
    assert api.book(api.order(), Authorization="Bearer wrong").status_code == 401
    assert not Appointment.objects.exists()


def plate(number: int):
    return {"plate": f"C{number}", "make": "Kia", "model": "Soul", "year": 2020}


@pytest.mark.parametrize(
    ("language", "message"),
    [("fr", None), ("en", "Someone just took that time. Here are three close to it.")],
)
def test_a_taken_start_is_refused_with_three_others(api, language, message):
    for number in range(2):
        assert api.book(api.order(vehicle=plate(number)), key=f"k{number}").status_code == 201
    before = used()
    answer = api.book(api.order(vehicle=plate(3)), key="k3", **{"Accept-Language": language})
    assert answer.status_code == 409
    body = answer.json()
    assert list(body) == ["code", "message", "alternatives"]
    assert body["code"] == "slot_taken"
    assert message in (None, body["message"])
    # 8:45 and 9:15 are equally near; 8:30 comes before 9:30 by the order of the day.
    assert body["alternatives"] == [
        {"start": api.iso(8, 30), "ready_by": api.iso(11), "advisors": 2},
        {"start": api.iso(8, 45), "ready_by": api.iso(11, 15), "advisors": 2},
        {"start": api.iso(9, 15), "ready_by": api.iso(11, 45), "advisors": 2},
    ]
    assert used() == before
    assert not Appointment.objects.filter(vehicle__plate="C3").exists()


def test_the_same_vehicle_twice_at_the_same_time_is_a_conflict(api):
    api.book(api.order())
    answer = api.book(api.order(), key="other", **{"Accept-Language": "en"})
    assert (answer.status_code, answer.json()) == (
        409,
        {"code": "already_booked", "message": "This vehicle already has an appointment at that time."},
    )


def changed(api: Api, path: str, value: object):
    body = api.order()
    place = body
    *parents, last = path.split(".")
    for parent in parents:
        place = place[parent]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return body


@pytest.mark.parametrize(
    ("path", "value", "field", "sentence"),
    [
        ("services", ..., "services", "Ce champ est obligatoire."),
        ("services", [], "services", None),
        ("services", "tire_swap", "services", "Donnez une liste."),
        ("services", [1], "services.0", "Donnez un texte."),
        ("services", ["tire_swap"] * 21, "services", "Il y en a trop."),
        ("services", ["nothing"], "services", None),
        ("services", ["tire\x00swap"], "services", None),
        ("answers", {}, "answers", None),
        ("answers", {"rims": "on", "tires": "own", "more": "x"}, "answers", None),
        ("answers", {"rims": True}, "answers.rims", "Donnez un texte."),
        ("answers", [], "answers", "Donnez un objet dont les valeurs sont des textes."),
        ("transport", "teleport", "transport", None),
        ("transport", ..., "transport", "Ce champ est obligatoire."),
        ("advisor", "1", "advisor", "Donnez un nombre entier."),
        ("advisor", True, "advisor", "Donnez un nombre entier."),
        ("advisor", 1.5, "advisor", "Donnez un nombre entier."),
        ("advisor", -1, "advisor", "Ce nombre est trop petit."),
        ("advisor", 2**63, "advisor", "Ce nombre est trop grand."),
        ("advisor", 10**400, "advisor", None),
        ("advisor", 999_999, "advisor", "Ce conseiller ne travaille pas ici."),
        ("start", 1_800_000_000, "start", "Donnez un texte."),
        ("start", "2026-12-08", "start", "Donnez un moment avec son décalage, par exemple 2026-12-08T08:30:00-05:00."),
        ("start", "2026-12-08T08:30:00", "start", None),
        ("start", "0001-01-01T00:00:00+14:00", "start", None),
        ("start", "9999-12-31T23:59:59-14:00", "start", None),
        ("start", "2020-01-06T09:00:00-05:00", "start", None),
        ("start", "2099-01-06T09:00:00-05:00", "start", None),
        ("customer", None, "customer", "Donnez un objet."),
        ("customer.name", "", "customer.name", None),
        ("customer.name", 7, "customer.name", "Donnez un texte."),
        ("customer.name", "x" * 101, "customer.name", None),
        ("customer.name", "\x00\x01", "customer.name", None),
        ("customer.phone", "12", "customer.phone", None),
        ("customer.email", "nobody", "customer.email", None),
        ("customer.language", "de", "customer.language", None),
        ("customer.status", "vip", "customer.status", "Ce champ est inconnu."),
        ("vehicle", {}, "vehicle.make", None),
        ("vehicle.vin", "123", "vehicle.vin", None),
        ("vehicle.plate", "ÉÉÉ", "vehicle.plate", None),
        ("vehicle.year", 12, "vehicle.year", None),
        ("vehicle.year", 10**30, "vehicle.year", None),
        ("note", "x" * 2001, "note", None),
        ("status", "completed", "status", "Ce champ est inconnu."),
        ("price", 0, "price", "Ce champ est inconnu."),
        ("dealership", "other", "dealership", "Ce champ est inconnu."),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_by_field_and_nothing_is_written(api, path, value, field, sentence):
    answer = api.book(changed(api, path, value))
    assert answer.status_code == 422, answer.content
    body = answer.json()
    assert body["message"] == CHECK
    assert all(found == field or found.startswith(f"{field}.") for found in body["errors"]), body
    assert sentence is None or [sentence] in body["errors"].values()
    assert not Appointment.objects.exists()
    assert not Customer.objects.exists()
    assert used() == 0


def test_a_start_off_the_grid_is_never_offered(api):
    answer = api.book(api.order(9, 7), **{"Accept-Language": "en"})
    assert (answer.status_code, answer.json()) == (
        422,
        {
            "code": "not_offered",
            "message": "Some of what was sent can't be used; see errors.",
            "errors": {"start": ["That time is not offered. Please choose one from the list."]},
        },
    )


def test_the_offset_decides_not_the_wall_time(api):
    body = api.order(start=clock.local(api.at(9), "Asia/Tokyo").isoformat())
    assert api.book(body).json()["start"] == api.iso(9)


def test_the_web_s_notice_binds_the_api_too(api):
    soon = api.order(start=clock.now().replace(second=0, microsecond=0).isoformat())
    assert api.book(soon).status_code in (409, 422)
    assert not Appointment.objects.exists()


def test_an_unknown_dealership_is_not_found(api):
    answer = api.post("dealerships/nowhere/appointments", api.order(), **{"Idempotency-Key": "k"})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
