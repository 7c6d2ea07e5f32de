"""One appointment, by a client's key or by the token of its own link; for everybody else it does not exist."""

import pytest

from api.keys import make_key
from api.models import ApiKey
from booking.models import Appointment, AppointmentEvent, CapacityPool
from dealerships.models import Group, User
from tests.garage import make_garage

NO_APPOINTMENT = {"code": "not_found", "message": "Ce rendez-vous n’existe pas."}
STRANGER = {
    "code": "unauthorized",
    "message": "Cet appel demande une clé valide, ou le jeton du lien du rendez-vous.",
}
ACTS = ["", "/move", "/cancel", "/confirm"]


def whole(api, appointment, **changes):
    return {
        "reference": appointment.reference,
        "status": "booked",
        "version": 1,
        "dealership": "boreal",
        "start": api.iso(9),
        "ready_by": api.iso(11, 30),
        "advisor": {"id": appointment.advisor_id, "name": appointment.advisor.name},
        "services": [
            {
                "code": "tire_swap",
                "name": "Changement de pneus",
                "answers": {"rims": "on", "tires": "own"},
                "minutes": 45,
                "price": 8995,
            }
        ],
        "minutes": 45,
        "transport": "drop_off",
        "customer": {
            "name": "Hélène Côté",
            "phone": "+15145550123",
            "email": "helene@example.com",
            "language": "fr",
        },
        "vehicle": {"year": 2019, "make": "Honda", "model": "Civic"},
        "note": "",
        **changes,
    }


def call(api, reference, act, **headers):
    if not act:
        return api.get(f"appointments/{reference}", **headers)
    body = {"start": api.iso(10), "version": 1} if act == "/move" else {}
    return api.post(f"appointments/{reference}{act}", body, **headers)


def test_the_key_and_the_token_both_open_it(api):
    appointment, token = api.booked()
    shown = f"{appointment.reference[:3]}-{appointment.reference[3:]}".lower()
    for answer in (
        api.get_private(f"appointments/{appointment.reference}"),
        api.get_private(f"appointments/{shown}"),
        api.get(f"appointments/{appointment.reference}", **{"X-Manage-Token": token}),
    ):
        assert (answer.status_code, answer.json()) == (200, whole(api, appointment))


def test_names_follow_the_language(api):
    appointment, _token = api.booked()
    answer = api.get_private(f"appointments/{appointment.reference}", **{"Accept-Language": "en"})
    assert answer.json()["services"][0]["name"] == "Tire change"


@pytest.mark.parametrize("act", ACTS)
def test_a_stranger_is_turned_away(api, act):
    appointment, _token = api.booked()
    answer = call(api, appointment.reference, act)
    assert (answer.status_code, answer.json()) == (401, STRANGER)
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    appointment.refresh_from_db()
    assert (appointment.version, appointment.status) == (1, "booked")


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("wrong", ["other token", "no token", "tampered", "long", "other group"])
def test_what_is_not_ours_does_not_exist(api, act, wrong):
    appointment, token = api.booked()
    _other, other_token = api.booked(14)
    group = Group.objects.create(slug="elsewhere", name="Elsewhere")
    headers = {
        "other token": {"X-Manage-Token": other_token},
        "no token": {"X-Manage-Token": "A" * 22},
        "tampered": {"X-Manage-Token": token[:-1] + ("A" if token[-1] != "A" else "B")},
        "long": {"X-Manage-Token": token * 300},
        "other group": {"Authorization": f"Bearer {make_key(group=group, name='else')}"},
    }[wrong]
    answer = call(api, appointment.reference, act, **headers)
    assert (answer.status_code, answer.json()) == (404, NO_APPOINTMENT)
    appointment.refresh_from_db()
    assert (appointment.version, appointment.status) == (1, "booked")


@pytest.mark.parametrize("key", ["", "wrong", "creneau-demo-key", "é", "x" * 5000])
def test_a_wrong_key_opens_nothing(api, key):
    appointment, _token = api.booked()
    answer = call(api, appointment.reference, "", Authorization=f"Bearer {key}")
    assert (answer.status_code, answer.json()) == (401, STRANGER)


def test_a_key_that_was_withdrawn_opens_nothing(api):
    appointment, _token = api.booked()
    ApiKey.objects.update(active=False)
    assert api.get_private(f"appointments/{appointment.reference}").status_code == 401


def test_a_session_opens_nothing(api):
    appointment, _token = api.booked()
    boss = User.objects.create_superuser("boss@example.com", "a long password")
    api.client.force_login(boss)
    answer = api.post(f"appointments/{appointment.reference}/cancel", {})
    assert (answer.status_code, answer.json()) == (401, STRANGER)


def test_the_demo_key_opens_the_demo_only_in_the_demo(api, settings):
    settings.DEMO = True
    group = Group.objects.create(slug="groupe-boreal", name="Groupe Boréal")
    make_garage(slug="demo", group=group)
    appointment, _token = api.booked()
    headers = {"Authorization": "Bearer creneau-demo-key"}
    assert api.get(f"appointments/{appointment.reference}", **headers).status_code == 404
    Appointment.objects.update(dealership=group.dealerships.get())
    assert api.get(f"appointments/{appointment.reference}", **headers).status_code == 200
    settings.DEMO = False
    assert api.get(f"appointments/{appointment.reference}", **headers).status_code == 401


def test_a_move_keeps_the_reference_and_raises_the_version(api):
    appointment, token = api.booked()
    headers = {"X-Manage-Token": token}
    body = {"start": api.iso(10), "version": 1}
    answer = api.post(f"appointments/{appointment.reference}/move", body, **headers)
    moved = whole(api, appointment, version=2, start=api.iso(10), ready_by=api.iso(12, 30))
    assert (answer.status_code, answer.json()) == (200, moved)
    event = AppointmentEvent.objects.get(kind="moved")
    assert (event.actor, event.source) == ("customer", "api")
    # The same call once more is harmless; another one on the old version is refused.
    again = api.post(f"appointments/{appointment.reference}/move", body, **headers)
    assert (again.status_code, again.json()) == (200, moved)
    stale = api.post(
        f"appointments/{appointment.reference}/move",
        {"start": api.iso(11), "version": 1},
        **headers,
        **{"Accept-Language": "en"},
    )
    assert (stale.status_code, stale.json()) == (
        409,
        {
            "code": "stale_version",
            "message": "This appointment was changed in the meantime. Please look at it again.",
        },
    )


def test_a_move_to_a_taken_start_is_refused_with_three_others(api):
    appointment, _token = api.booked()
    for number in range(2):
        body = api.order(10, vehicle={"plate": f"D{number}"})
        assert api.book(body, key=f"d{number}").status_code == 201
    answer = api.post_private(
        f"appointments/{appointment.reference}/move", {"start": api.iso(10), "version": 1}
    )
    assert answer.status_code == 409
    assert answer.json()["code"] == "slot_taken"
    assert [start["start"] for start in answer.json()["alternatives"]] == [
        api.iso(9, 30),
        api.iso(9, 45),
        api.iso(10, 15),
    ]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "start"),
        ({"start": "soon", "version": 1}, "start"),
        ({"start": "2026-12-08T10:00:00-05:00"}, "version"),
        ({"start": "2026-12-08T10:00:00-05:00", "version": "1"}, "version"),
        ({"start": "2026-12-08T10:00:00-05:00", "version": 2**31}, "version"),
        ({"start": "2026-12-08T10:00:00-05:00", "version": 1, "advisor": 3}, "advisor"),
    ],
)
def test_a_move_says_what_it_lacks(api, body, field):
    appointment, _token = api.booked()
    answer = api.post_private(f"appointments/{appointment.reference}/move", body)
    assert answer.status_code == 422
    assert field in answer.json()["errors"]


def test_cancelling_frees_the_place_and_twice_is_once(api):
    appointment, token = api.booked()
    for _time in range(2):
        answer = api.post(f"appointments/{appointment.reference}/cancel", {}, **{"X-Manage-Token": token})
        assert (answer.status_code, answer.json()) == (
            200,
            whole(api, appointment, status="cancelled", version=2),
        )
    assert not CapacityPool.objects.filter(used__gt=0).exists()
    assert AppointmentEvent.objects.filter(kind="cancelled").count() == 1


def test_an_empty_body_is_as_good_as_an_empty_object(api):
    appointment, _token = api.booked()
    answer = api.post_private(f"appointments/{appointment.reference}/confirm", b"")
    assert (answer.status_code, answer.json()) == (200, whole(api, appointment, status="confirmed"))
    event = AppointmentEvent.objects.get(kind="confirmed")
    assert (event.actor, event.source) == ("api", "api")


@pytest.mark.parametrize("act", ["/cancel", "/confirm"])
def test_what_is_over_cannot_be_changed(api, act):
    appointment, _token = api.booked()
    Appointment.objects.update(status="completed")
    answer = api.post_private(f"appointments/{appointment.reference}{act}", {})
    assert (answer.status_code, list(answer.json()), answer.json()["code"]) == (
        409,
        ["code", "message"],
        "not_possible",
    )


@pytest.mark.parametrize("act", ["/cancel", "/confirm"])
def test_an_unknown_field_is_refused(api, act):
    appointment, _token = api.booked()
    answer = api.post_private(f"appointments/{appointment.reference}{act}", {"reason": "x"})
    assert (answer.status_code, answer.json()["errors"]) == (422, {"reason": ["Ce champ est inconnu."]})


def test_a_get_changes_nothing(api):
    appointment, token = api.booked()
    for act in ("move", "cancel", "confirm"):
        answer = api.get(f"appointments/{appointment.reference}/{act}", **{"X-Manage-Token": token})
        assert answer.status_code == 405
    appointment.refresh_from_db()
    assert (appointment.status, appointment.version) == ("booked", 1)
