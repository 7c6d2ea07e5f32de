"""A garage's own site with our button and our frame, in a real browser: two sites that know nothing of each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from dealerships.models import Dealership

# The live server's name is localhost; for a browser the machine's number is another site.
FOREIGN = "127.0.0.1"


@pytest.fixture
def host(site: str) -> str:
    """The same server by its other name: the page there takes the script from `site`."""
    return site.replace("localhost", FOREIGN)


@pytest.fixture
def browse(browser: Browser) -> Iterator[Callable[..., tuple[Page, list[str]]]]:
    """Open an address in a browser of its own, with what its console says."""
    contexts, consoles = [], []

    def browse(url: str, *, width: int = 1280) -> tuple[Page, list[str]]:
        context = browser.new_context(viewport={"width": width, "height": 900}, locale="fr-CA")
        context.set_default_timeout(15_000)
        contexts.append(context)
        page, said = context.new_page(), []
        consoles.append(said)
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(url)
        return page, said

    yield browse
    print("console:", consoles)  # noqa: T201 - pytest shows it beside a failure
    for context in contexts:
        context.close()


def allow(*origins: str) -> None:
    Dealership.objects.update(allowed_origins=list(origins))


def height(page: Page, number: int = 0) -> float:
    return page.locator("iframe").nth(number).bounding_box()["height"]


@pytest.mark.parametrize("width", [390, 1280])
def test_the_frame_shows_on_a_named_site_and_is_as_tall_as_what_it_holds(browse, host, width) -> None:
    allow(host)
    page, said = browse(f"{host}/demo/embed/", width=width)
    frame = page.frame_locator("iframe").first
    expect(page.locator("iframe").first).to_be_visible()
    tiles = frame.locator(".frame-tile")
    expect(tiles).to_have_count(3)
    inner = page.frames[1].evaluate("document.documentElement.offsetHeight")
    assert height(page) == inner > 150
    before = height(page)
    tiles.filter(has_text="Vidange").click()
    expect(frame.locator(".frame-first")).to_be_visible()
    page.wait_for_function("(before) => document.querySelector('iframe').offsetHeight !== before", arg=before)
    assert height(page) == page.frames[1].evaluate("document.documentElement.offsetHeight")
    assert page.frames[1].evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert [one for one in said if "404" not in one] == []
    assert page.context.cookies() == []
    assert page.evaluate("Object.keys(window).filter((name) => /creneau/i.test(name))") == []


def test_the_frame_has_a_name_and_breaks_no_rule_of_accessibility(browse, host, site) -> None:
    allow(host)
    page, _said = browse(f"{host}/en/demo/embed/")
    expect(page.locator("iframe").first).to_have_attribute("title", "Service booking")
    expect(page.locator("iframe").first).to_have_attribute("loading", "lazy")
    for path in ("/boreal/embed/", "/en/boreal/embed/?service=oil_change"):
        for width in (320, 1280):
            alone, _said = browse(f"{site}{path}", width=width)
            assert Axe().run(alone).violations_count == 0, path
            assert alone.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)


def test_booking_goes_on_in_a_tab_of_its_own_with_the_service_and_the_day(browse, host, site) -> None:
    allow(host)
    page, _said = browse(f"{host}/demo/embed/")
    frame = page.frame_locator("iframe").first
    frame.locator(".frame-tile").filter(has_text="Vidange").click()
    with page.expect_popup() as opened:
        frame.locator(".frame-button").click()
    funnel = opened.value
    assert funnel.url.startswith(f"{site}/boreal/book/?service=oil_change&day=")
    assert funnel.evaluate("window.opener") is None
    funnel.locator("main form button[type=submit]").last.wait_for()
    expect(page).to_have_url(f"{host}/demo/embed/")


def test_the_buttons_lead_to_the_booking_in_the_look_that_they_have(browse, host, site) -> None:
    page, _said = browse(f"{host}/demo/embed/")
    ours, own = page.locator("header a"), page.locator("a.own")
    expect(ours).to_have_text("Prendre rendez-vous")
    assert ours.get_attribute("href") == f"{site}/boreal/book/"
    assert ours.evaluate("(one) => getComputedStyle(one).backgroundColor") == "rgb(122, 31, 61)"
    assert (
        own.get_attribute("href") == f"{site}/boreal/book/?service=tire_swap&make=Honda&model=Civic&year=2019"
    )
    assert own.evaluate("(one) => getComputedStyle(one).borderRadius") == "30px"
    english, _said = browse(f"{host}/en/demo/embed/")
    expect(english.locator("header a")).to_have_text("Book service")
    assert english.locator("header a").get_attribute("href") == f"{site}/en/boreal/book/"


def test_the_browser_refuses_the_frame_on_a_site_that_is_not_named(browse, host) -> None:
    allow("https://www.somebody.example")
    page, said = browse(f"{host}/demo/embed/")
    instead = page.locator("[data-creneau=widget] a").first
    page.wait_for_timeout(1500)
    assert any("frame-ancestors" in one for one in said), said
    # The button stays where the frame would be; nothing of the refusal is seen.
    expect(instead).to_be_visible()
    expect(page.locator("iframe").first).to_be_hidden()
    assert height(page) < 10


def test_a_stranger_s_message_moves_nothing(browse, host) -> None:
    allow(host)
    page, _said = browse(f"{host}/demo/embed/")
    expect(page.locator("iframe").first).to_be_visible()
    before = height(page)
    page.evaluate("postMessage({ creneau: 'height', height: 4000 }, '*')")
    page.frames[1].evaluate("parent.postMessage({ creneau: 'height', height: 1e9 }, '*')")
    page.frames[1].evaluate("parent.postMessage({ creneau: 'height', height: 'x' }, '*')")
    page.wait_for_timeout(300)
    assert height(page) == before


def test_a_page_whose_script_does_not_come_stays_as_it_is(browse, host, site) -> None:
    page, _said = browse("about:blank")
    page.route("**/embed.js", lambda route: route.abort())
    page.goto(f"{host}/demo/embed/")
    expect(page.locator("a.own")).to_be_visible()
    expect(page.locator("iframe")).to_have_count(0)


def test_the_description_for_search_engines_is_no_script_to_the_policy(visit, site) -> None:
    """`visit` fails on any complaint of the console."""
    page = visit("/boreal/")
    assert page.locator("script[type='application/ld+json']").count() == 1
