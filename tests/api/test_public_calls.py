"""What anybody may ask, answered as the contract says, word for word."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.answers import say_iso
from booking.models import PoolKind
from lib import clock
from tests.garage import make_garage

NO_DEALERSHIP = {
    "fr": {"code": "not_found", "message": "Ce concessionnaire n’existe pas."},
    "en": {"code": "not_found", "message": "There is no such dealership."},
}


def test_it_lists_the_dealerships(api):
    make_garage(slug="alma", zone="America/Halifax")
    answer = api.get("dealerships")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert sorted(answer.json(), key=lambda row: row["slug"]) == [
        {"slug": "alma", "name": "Garage Boréal", "zone": "America/Halifax", "phone": "+14505550134",
         "languages": ["fr", "en"]},
        {"slug": "boreal", "name": "Garage Boréal", "zone": "America/Toronto", "phone": "+14505550134",
         "languages": ["fr", "en"]},
    ]  # fmt: skip


def menu(language):
    french = language == "fr"
    everything = ["wait", "drop_off", "key_drop", "shuttle", "courtesy_car"]
    return [
        {
            "code": "tire_swap",
            "name": "Changement de pneus" if french else "Tire change",
            "minutes": 45,
            "price": 8995,
            "waitable": True,
            "questions": [
                {
                    "code": "rims",
                    "label": "Sur jantes?" if french else "On rims?",
                    "required": True,
                    "choices": [
                        {"code": "on", "label": "Sur jantes" if french else "On rims"},
                        {"code": "off", "label": "Sans jantes" if french else "Off rims"},
                    ],
                },
                {
                    "code": "tires",
                    "label": "Où sont-ils?" if french else "Where are they?",
                    "required": True,
                    "choices": [
                        {"code": "own", "label": "Avec moi" if french else "With me"},
                        {"code": "stored", "label": "Ici" if french else "Here"},
                    ],
                },
            ],
            "transports": everything,
        },
        {
            "code": "oil_change",
            "name": "Vidange d’huile" if french else "Oil change",
            "minutes": 40,
            "price": 7995,
            "waitable": True,
            "questions": [],
            "transports": everything,
        },
        {
            "code": "brakes",
            "name": "Freins" if french else "Brakes",
            "minutes": 90,
            "price": None,
            "waitable": False,
            "questions": [],
            "transports": everything[1:],
        },
    ]


@pytest.mark.parametrize(
    ("query", "accepted", "language"),
    [
        ("", "", "fr"),
        ("", "de, es;q=0.8", "fr"),
        ("", "en-CA,en;q=0.9,fr;q=0.5", "en"),
        ("", "fr-CA, en;q=0.5", "fr"),
        ("?lang=en", "fr", "en"),
        ("?lang=fr", "en", "fr"),
    ],
)
def test_it_says_the_menu_in_the_language_that_was_asked_for(api, query, accepted, language):
    answer = api.get(f"dealerships/boreal/services{query}", **{"Accept-Language": accepted})
    assert answer.json() == menu(language)
    assert answer.headers["Content-Language"] == language


def test_it_lists_the_advisors_who_are_active(api):
    first, second = api.garage.advisors
    second.active = False
    second.save()
    assert api.get("dealerships/boreal/advisors").json() == [
        {"id": first.pk, "name": "Conseiller 1", "languages": ["fr", "en"]}
    ]


@pytest.mark.parametrize("path", ["services", "advisors", "availability?service=tire_swap"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_unknown_dealership_is_not_found(api, path, language):
    answer = api.get(f"dealerships/nowhere/{path}", **{"Accept-Language": language})
    assert (answer.status_code, answer.json()) == (404, NO_DEALERSHIP[language])


def availability(api, **query):
    pairs = [
        (name, value)
        for name, values in query.items()
        for value in (values if isinstance(values, list) else [values])
    ]
    text = "&".join(f"{name.rstrip('_')}={value}" for name, value in pairs)
    return api.get(f"dealerships/boreal/availability?{text}")


def test_a_day_lists_its_starts_with_the_ready_time(api):
    answer = availability(
        api, service="tire_swap", answer=["rims:on", "tires:own"], from_=api.day, days=1
    ).json()
    zone = "America/Toronto"
    # Two advisors check in from 7:30 to 12:00 and from 13:00 to 16:30: 18 and 14 quarter hours.
    starts = [api.at(7, 30) + timedelta(minutes=15 * n) for n in range(18)]
    starts += [api.at(13) + timedelta(minutes=15 * n) for n in range(14)]

    def ready(start):
        # Check-in 15, queue 90, work 45; what would end after 17:30 is ready when the garage opens again.
        done = start + timedelta(minutes=150)
        return say_iso(done, zone) if done <= api.at(17, 30) else None

    shown = answer["days"][0]["starts"]
    assert [start["start"] for start in shown] == [say_iso(start, zone) for start in starts]
    assert all(
        given["ready_by"] == ready(start) for given, start in zip(shown, starts, strict=True) if ready(start)
    )
    assert {start["advisors"] for start in shown} == {2}
    assert answer == {
        "zone": zone,
        "first": shown[0],
        "days": [{"date": api.day.isoformat(), "open": 32, "starts": shown}],
    }


def test_a_month_says_how_many_starts_each_day_has(api):
    answer = availability(api, service="tire_swap", from_=api.day, days=31).json()
    assert len(answer["days"]) == 31
    assert {tuple(day) for day in answer["days"]} == {("date", "open")}
    assert answer["days"][0]["open"] == 32
    assert answer["first"]["start"] == api.iso(7, 30)


def test_the_first_start_is_found_beyond_the_range(api):
    before = api.day - timedelta(days=40)
    answer = availability(api, service="tire_swap", from_=before, days=1).json()
    assert answer["days"] == [{"date": before.isoformat(), "open": 0, "starts": []}]
    assert answer["first"] is not None


def test_questions_without_an_answer_count_as_their_longest(api):
    short = availability(api, service="tire_swap", answer="rims:on", from_=api.day, days=1).json()
    long = availability(api, service="tire_swap", from_=api.day, days=1).json()
    assert short["first"]["start"] == long["first"]["start"]
    assert short["first"]["ready_by"] < long["first"]["ready_by"]


def test_one_advisor_alone_may_be_asked_for(api):
    answer = availability(
        api, service="oil_change", advisor=api.garage.advisors[0].pk, transport="wait", from_=api.day, days=1
    ).json()
    assert answer["first"] == {
        "start": api.iso(7, 30), "ready_by": api.iso(8, 30), "advisors": 1,
    }  # fmt: skip


CHECK = "Certaines données ne peuvent pas être utilisées; voir errors."


@pytest.mark.parametrize(
    ("query", "code", "field", "sentence"),
    [
        ("", "invalid", "service", "Ce champ est obligatoire."),
        ("service=no_such", "unknown_service", "service", None),
        ("service=tire_swap&service=tire_swap", "repeated_service", "service", None),
        (
            "service=tire_swap&answer=rims",
            "invalid",
            "answer",
            "Donnez chaque réponse sous la forme question:choix, par exemple rims:on.",
        ),
        ("service=tire_swap&answer=wheels:on", "unknown_question", "answer", None),
        ("service=tire_swap&answer=rims:maybe", "unanswered", "answer", None),
        ("service=brakes&transport=wait", "transport_not_offered", "transport", None),
        ("service=brakes&transport=%00", "transport_not_offered", "transport", None),
        ("service=tire_swap&days=0", "invalid", "days", "Ce nombre est trop petit."),
        ("service=tire_swap&days=63", "invalid", "days", "Ce nombre est trop grand."),
        ("service=tire_swap&days=many", "invalid", "days", "Donnez un nombre entier."),
        ("service=tire_swap&from=tomorrow", "invalid", "from", "Donnez une date, par exemple 2026-12-08."),
        ("service=tire_swap&from=9999-12-31", "invalid", "from", "Ce nombre est trop grand."),
        ("service=tire_swap&from=0001-01-01", "invalid", "from", "Ce nombre est trop petit."),
        ("service=tire_swap&advisor=999999", "invalid", "advisor", "Ce conseiller ne travaille pas ici."),
        ("service=tire_swap&advisor=99999999999999999999", "invalid", "advisor", "Ce nombre est trop grand."),
        ("service=tire_swap&form=2026-12-01", "invalid", "form", "Ce champ est inconnu."),
    ],
)
def test_what_makes_no_sense_is_refused_by_field(api, query, code, field, sentence):
    answer = api.get(f"dealerships/boreal/availability?{query}")
    body = answer.json()
    assert answer.status_code == 422
    assert (body["code"], body["message"], list(body["errors"])) == (code, CHECK, [field])
    assert len(body["errors"][field]) == 1
    assert sentence in (None, body["errors"][field][0])


@pytest.mark.parametrize("advisors", [2, 5])
@pytest.mark.parametrize("days", [1, 31])
def test_availability_takes_six_queries_whatever_the_size(db, api, advisors, days):
    garage = make_garage(
        slug="other", advisors=advisors, today=clock.now().date(), horizon_days=advisors * 10
    )
    for hour in range(7, 7 + advisors):
        body = api.order(hour, 45, vehicle={"plate": f"B{hour}"})
        assert (
            api.post("dealerships/other/appointments", body, **{"Idempotency-Key": f"k{hour}"}).status_code
            == 201
        )
    path = f"dealerships/{garage.dealership.slug}/availability?service=tire_swap&from={api.day}&days={days}"
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert api.get(path).status_code == 200
    assert len(captured) <= 6
    full = f"dealerships/{garage.dealership.slug}/availability?service=tire_swap&from=2020-01-01&days={days}"
    with CaptureQueriesContext(connection) as captured:
        assert api.get(full).json()["first"]
    assert len(captured) <= 6


def test_a_booked_out_advisor_takes_six_queries_too(api):
    advisor = api.garage.advisors[0]
    api.garage.dealership.pools.filter(kind=PoolKind.ADVISOR_CELL, subject=str(advisor.pk)).update(
        closed=True
    )
    path = f"dealerships/boreal/availability?service=tire_swap&advisor={advisor.pk}&from={api.day}&days=1"
    api.get(path)  # keeps the search as unmet demand; asked again, it is known
    with CaptureQueriesContext(connection) as captured:
        answer = api.get(path).json()
    assert (answer["first"], answer["days"]) == (
        None,
        [{"date": api.day.isoformat(), "open": 0, "starts": []}],
    )
    assert len(captured) <= 6
