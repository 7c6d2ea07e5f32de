"""What search engines are told."""

from __future__ import annotations

import html
import json
import re
from datetime import time, timedelta
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.test import Client

from booking.models import Service
from booking.views.site import today_at
from dealerships.models import Closure, Dealership, SpecialHours
from tests.booking.views.conftest import CIVIC, Visitor
from tests.garage import make_garage

SITE = "https://rendez-vous.example"


@pytest.fixture(autouse=True)
def public_url(settings) -> None:
    settings.PUBLIC_URL = SITE


def head(page: str) -> dict[str, str]:
    """The canonical address, the description, the alternates by language and the robots of a page."""
    found = dict(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', page))
    for name, pattern in (
        ("canonical", r'<link rel="canonical" href="([^"]+)">'),
        ("description", r'<meta name="description" content="([^"]+)">'),
        ("robots", r'<meta name="robots" content="([^"]+)">'),
    ):
        if one := re.search(pattern, page):
            found[name] = html.unescape(one[1])
    return found


def data_of(visitor: Visitor) -> dict:
    page = visitor.get().content.decode()
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return json.loads(text)


@pytest.mark.parametrize("path", ["", "privacy/", "book/"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_public_page_names_itself_in_both_languages(visitor: Visitor, language: str, path: str) -> None:
    there = Visitor(visitor.garage, language)
    told = head(there.get(path, utm_source="x").content.decode())
    assert told["canonical"] == f"{SITE}{there.url(path)}"
    assert told["fr-CA"] == told["x-default"] == f"{SITE}/boreal/{path}"
    assert told["en-CA"] == f"{SITE}/en/boreal/{path}"
    assert 50 <= len(told["description"]) <= 160
    assert "robots" not in told


def test_the_page_of_all_dealerships_is_public_too(visitor: Visitor) -> None:
    make_garage(slug="riviere")
    told = head(visitor.client.get("/en/").content.decode())
    assert (told["canonical"], told["x-default"]) == (f"{SITE}/en/", f"{SITE}/")


@pytest.mark.parametrize("path", ["book/services/", "book/time/", "find/", "appointment/"])
def test_every_page_of_one_person_asks_not_to_be_listed(visitor: Visitor, path: str) -> None:
    visitor.post("book/", CIVIC)
    page = visitor.client.get(visitor.url(path), follow=True).content.decode()
    assert "noindex" in head(page)["robots"]
    assert "canonical" not in head(page)


def test_crawlers_are_told_where_not_to_go_and_where_the_list_is(client: Client) -> None:
    answer = client.get("/robots.txt")
    lines = answer.content.decode().splitlines()
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert lines[0] == "User-agent: *"
    assert "Disallow: /desk/" in lines
    assert lines[-1] == f"Sitemap: {SITE}/sitemap.xml"


@pytest.mark.parametrize("rooftops", [1, 2])
def test_the_list_holds_the_public_pages_in_both_languages_and_no_other(
    visitor: Visitor, rooftops: int
) -> None:
    if rooftops == 2:
        make_garage(slug="riviere")
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    tree = ElementTree.fromstring(visitor.client.get("/sitemap.xml").content)  # noqa: S314 - our own
    found = {one.text for one in tree.findall("s:url/s:loc", names)}
    slugs = ["boreal", "riviere"][:rooftops]
    pages = [f"/{slug}/{page}" for slug in slugs for page in ("", "privacy/")] + (
        ["/"] if rooftops == 2 else []
    )
    assert found == {f"{SITE}{prefix}{page}" for page in pages for prefix in ("", "/en")}
    for link in tree.iterfind("s:url", names):
        codes = {one.get("hreflang"): one.get("href") for one in link.findall("x:link", names)}
        assert set(codes) == {"fr", "en", "x-default"}
        assert codes["x-default"] == codes["fr"]
    assert all(visitor.client.get(url.removeprefix(SITE)).status_code == 200 for url in found)


def test_the_dealership_is_described_with_its_place_and_the_way_to_book(visitor: Visitor) -> None:
    Dealership.objects.update(
        latitude=Decimal("45.5568"), longitude=Decimal("-73.756"), website="https://boreal.example/"
    )
    told = data_of(visitor)
    assert told["@type"] == ["AutoRepair", "AutoDealer"]
    assert told["address"]["postalCode"] == "H7M 2Y1"
    assert told["geo"] == {"@type": "GeoCoordinates", "latitude": 45.5568, "longitude": -73.756}
    assert told["url"] == "https://boreal.example/"
    assert told["potentialAction"]["target"]["urlTemplate"] == f"{SITE}/boreal/book/"
    assert data_of(Visitor(visitor.garage, "en"))["@id"] == told["@id"]


def test_a_place_that_is_not_known_is_left_out(visitor: Visitor) -> None:
    assert "geo" not in data_of(visitor)
    assert data_of(visitor)["url"] == f"{SITE}/boreal/"


def test_services_have_a_price_only_where_it_is_the_whole_price(visitor: Visitor) -> None:
    Service.objects.get(code="tire_swap").questions.first().choices.update(extra_price=1000)
    offers = {one["url"].split("=")[1]: one for one in data_of(visitor)["hasOfferCatalog"]["itemListElement"]}
    assert (offers["oil_change"]["price"], offers["oil_change"]["priceCurrency"]) == ("79.95", "CAD")
    assert "price" not in offers["brakes"]
    assert "price" not in offers["tire_swap"]


def test_usual_hours_other_hours_and_closures_are_told(visitor: Visitor) -> None:
    dealership, today = visitor.garage.dealership, today_at(visitor.garage.dealership)
    evening, closed, past = today + timedelta(days=8), today + timedelta(days=9), today - timedelta(days=3)
    words = {"reason_fr": "Inventaire", "reason_en": "Stocktaking"}
    SpecialHours.objects.create(dealership=dealership, day=evening, opens=time(9), closes=time(21), **words)
    Closure.objects.create(dealership=dealership, first_day=closed, last_day=closed, **words)
    Closure.objects.create(dealership=dealership, first_day=past, last_day=past, **words)
    told = data_of(visitor)["openingHoursSpecification"]
    usual = [one for one in told if "dayOfWeek" in one]
    assert [(len(one["dayOfWeek"]), one["opens"], one["closes"]) for one in usual] == [(6, "07:30", "17:30")]
    single = {one["validFrom"]: one for one in told if "validFrom" in one}
    assert past.isoformat() not in single
    assert (single[evening.isoformat()]["opens"], single[evening.isoformat()]["closes"]) == ("09:00", "21:00")
    assert single[closed.isoformat()]["opens"] == single[closed.isoformat()]["closes"] == "00:00"
    assert single[closed.isoformat()]["name"] == "Inventaire"


def test_no_name_breaks_out_of_the_data(visitor: Visitor) -> None:
    name = "</script><script>alert(1)</script> & <!-- \u2028 Fils"
    Dealership.objects.update(name=name)
    page = visitor.get().content.decode()
    assert "<script>alert" not in page
    assert data_of(visitor)["name"] == name
