"""What a dealership's own site shows of us: the script, the frame, and who may show it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from booking.models import CapacityPool, Service
from dealerships.models import Dealership
from lib import clock
from tests.booking.views.conftest import Visitor, said

SITE = "https://www.garage.example"


@pytest.fixture
def allowed(visitor: Visitor) -> Visitor:
    Dealership.objects.update(allowed_origins=[SITE, "http://localhost:9000"])
    return visitor


def directives(answer) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in answer.headers["Content-Security-Policy"].split(";"))
    return {name: value for name, _space, value in parts}


# --- The script ---


def test_the_script_is_small_public_and_known_again_by_its_etag(client: Client) -> None:
    answer = client.get("/embed.js")
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert "max-age=600" in answer.headers["Cache-Control"]
    assert "public" in answer.headers["Cache-Control"]
    assert len(answer.content) < 8000
    again = client.get("/embed.js", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.post("/embed.js").status_code == 405


def test_the_script_leaves_nothing_behind(client: Client) -> None:
    answer = client.get("/embed.js")
    text = re.sub(r"^\s*//.*$", "", answer.content.decode(), flags=re.MULTILINE).strip()
    assert text.startswith("(() => {")
    assert text.endswith("})();")
    assert not re.search(r"cookie|localStorage|sessionStorage|eval\(|innerHTML|window\.\w+ =", text)
    assert not answer.cookies


# --- The frame ---


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_frame_shows_the_services_each_with_its_own_address(allowed: Visitor, language: str) -> None:
    page = Visitor(allowed.garage, language).get("embed/").content.decode()
    assert page.count('class="frame-tile"') == 3
    assert 'href="?service=oil_change"' in page
    assert said("Choose a service to see when there is room.", language) in page


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_chosen_service_shows_its_first_start_and_the_next_days(allowed: Visitor, language: str) -> None:
    there = Visitor(allowed.garage, language)
    page = there.get("embed/", service="tire_swap").content.decode()
    links = re.findall(r'href="([^"]+)" target="_blank" rel="noopener"', page)
    assert said("First available", language) in page
    assert len(links) == 6  # the first start and five days
    assert all(link.startswith(there.url("book/?service=tire_swap&amp;day=")) for link in links)
    days = re.findall(r"day=(\d{4}-\d\d-\d\d)", page)
    assert days[0] == days[1] == min(days)


def test_a_full_day_in_between_is_shown_as_full(allowed: Visitor) -> None:
    page = allowed.get("embed/", service="tire_swap").content.decode()
    second = re.findall(r"day=(\d{4}-\d\d-\d\d)", page)[2]
    CapacityPool.objects.filter(local_date=second).update(closed=True)
    page = allowed.get("embed/", service="tire_swap").content.decode()
    assert page.count("frame-day-full") == 1
    assert second not in page


def test_far_openings_are_found_too(allowed: Visitor) -> None:
    near = clock.local(clock.now(), allowed.garage.dealership.zone).date() + timedelta(days=18)
    CapacityPool.objects.filter(local_date__lt=near).update(closed=True)
    page = allowed.get("embed/", service="tire_swap").content.decode()
    assert min(re.findall(r"day=(\d{4}-\d\d-\d\d)", page)) >= near.isoformat()
    assert page.count('class="frame-day"') == 5


def test_with_nothing_open_the_frame_says_whom_to_call(allowed: Visitor) -> None:
    CapacityPool.objects.update(closed=True)
    page = allowed.get("embed/", service="tire_swap").content.decode()
    assert "450 555-0134" in page
    assert 'target="_blank"' not in page


def test_services_that_cannot_come_together_say_so(allowed: Visitor) -> None:
    Service.objects.filter(code="brakes").update(transports=["shuttle"])
    Service.objects.filter(code="oil_change").update(transports=["drop_off"])
    page = allowed.client.get(allowed.url("embed/"), {"service": ["brakes", "oil_change"]}).content.decode()
    assert said("These services can’t be booked together online. Choose one of them, or call us.") in page


def test_what_the_host_asks_for_goes_on_to_the_funnel(allowed: Visitor) -> None:
    advisor = allowed.garage.advisors[1]
    asked = {"make": "Honda", "model": "Civic", "year": "2019", "advisor": str(advisor.pk)}
    tiles = allowed.get("embed/", **asked).content.decode()
    assert f"make=Honda&amp;model=Civic&amp;year=2019&amp;advisor={advisor.pk}" in tiles
    page = allowed.get("embed/", **asked, service="oil_change").content.decode()
    link = f"{allowed.url('book/')}?service=oil_change&amp;make=Honda&amp;model=Civic&amp;year=2019&amp;advisor={advisor.pk}"
    assert f"{link}&amp;day=" in page
    assert said("with %(name)s") % {"name": "Conseiller"} in page


@pytest.mark.parametrize(
    "query",
    [
        {"service": "nothing"}, {"service": "<script>"}, {"service": "\x00"}, {"advisor": "0"}, {"advisor": "x" * 5000},
        {"make": "<b>" * 50}, {"day": "9999-99-99"}, {"year": "-1"}, {"utm_source": "x"},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_left_out(allowed: Visitor, query: dict[str, str]) -> None:
    answer = allowed.get("embed/", **query)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count('class="frame-tile"') == 3
    assert 'href="?service=oil_change"' in page


# --- Who may show it ---


def test_exactly_the_sites_that_are_named_may_show_the_frame(allowed: Visitor) -> None:
    answer = allowed.get("embed/")
    policy = directives(answer)
    assert policy["frame-ancestors"] == f"{SITE} http://localhost:9000"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert "X-Frame-Options" not in answer.headers
    assert f'data-origins="{SITE} http://localhost:9000"' in answer.content.decode()


def test_without_a_named_site_nobody_may(visitor: Visitor) -> None:
    answer = visitor.get("embed/")
    assert directives(answer)["frame-ancestors"] == "'none'"
    assert answer.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("path", ["", "book/", "privacy/", "find/", "embed/nothing/"])
def test_no_other_page_may_be_framed(allowed: Visitor, path: str) -> None:
    answer = allowed.get(path)
    assert directives(answer)["frame-ancestors"] == "'none'"
    assert answer.headers["X-Frame-Options"] == "DENY"


# --- No state ---


@pytest.mark.parametrize("query", [{}, {"service": "tire_swap"}, {"service": "nothing"}])
def test_the_frame_sets_no_cookie_and_holds_no_form(allowed: Visitor, query: dict[str, str]) -> None:
    answer = Client().get(allowed.url("embed/"), query)
    page = answer.content.decode()
    assert not answer.cookies
    assert "<form" not in page
    assert "csrf" not in page.lower()
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert answer.headers["X-Robots-Tag"] == "noindex"


def test_the_frame_of_an_unknown_dealership_sets_no_cookie_either(client: Client, db: None) -> None:
    answer = client.get("/nulle-part/embed/")
    assert (answer.status_code, len(answer.cookies)) == (404, 0)
    assert said("No dealership takes bookings here yet.") in answer.content.decode()


def test_too_many_frames_are_refused_with_a_sentence_and_no_cookie(allowed: Visitor, settings) -> None:
    settings.RATE_LIMITS, settings.RATE_LIMIT_STORAGE_URL = "on", "memory://"
    answers = [allowed.get("embed/") for _number in range(121)]
    assert [one.status_code for one in answers].count(200) == 120
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert not answers[-1].cookies


def test_the_frame_only_answers_looks(allowed: Visitor) -> None:
    assert allowed.post("embed/").status_code == 405


# --- What it costs ---


def test_tiles_cost_one_query_and_a_service_one_more(allowed: Visitor) -> None:
    allowed.get("embed/", service="tire_swap")
    for query, most in (({}, 1), ({"service": "tire_swap"}, 2)):
        with CaptureQueriesContext(connection) as queries:
            allowed.get("embed/", **query)
        assert len(queries) == most


def test_a_visit_more_costs_no_query_more(allowed: Visitor) -> None:
    counts = []
    for _number in range(3):
        start = allowed.starts()[2]
        allowed.garage.book(start.starts_at, now=clock.now())
        allowed.get("embed/", service="tire_swap")
        with CaptureQueriesContext(connection) as queries:
            allowed.get("embed/", service="tire_swap")
        counts.append(len(queries))
    assert counts == [2, 2, 2]


# --- The demo's page ---


def test_the_test_page_is_the_demo_s_alone_and_takes_the_script_from_the_other_name(
    client, db, settings
) -> None:
    settings.DEMO = False
    assert client.get("/demo/embed/").status_code == 404
    settings.DEMO = True
    answer = client.get("/demo/embed/", headers={"Host": "127.0.0.1:9000"})
    page = answer.content.decode()
    assert '<script src="http://localhost:9000/embed.js"' in page
    assert "http://localhost:9000" in directives(answer)["frame-src"]
    assert "http://localhost:9000" in directives(answer)["script-src"]
    other = client.get("/demo/embed/", headers={"Host": "localhost:9000"}).content.decode()
    assert '<script src="http://127.0.0.1:9000/embed.js"' in other
