"""The manager gives the pages a logo and a colour; a customer goes to another rooftop of the group."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from dealerships.models import Dealership, Role
from lib import clock
from tests.garage import Garage, make_garage, make_staff
from tests.journeys.conftest import assert_accessible
from tests.journeys.test_desk import sign_in

Visit = Callable[..., Page]
LANGUAGES = pytest.mark.parametrize("prefix", ["", "/en"], ids=["fr", "en"])


@LANGUAGES
def test_the_colour_is_judged_while_it_is_chosen_and_the_logo_shows(
    visit: Visit, garage: Garage, settings, tmp_path, prefix: str
) -> None:
    settings.MEDIA_ROOT = tmp_path
    make_staff(garage.dealership, Role.MANAGER, email="isabelle@boreal.example")
    page = visit(f"{prefix}/desk/boreal/site/", width=1280)
    sign_in(page, email="isabelle@boreal.example")
    assert_accessible(page)
    page.locator("#id_brand_colour").fill("#ffd400")
    expect(page.locator("#colours rect[fill='#ffd400']").first).to_be_visible()
    page.get_by_role("button", name="Enregistrer" if not prefix else "Save", exact=True).click()
    expect(page.locator(".messages, .alert").first).to_be_visible()
    drawn = io.BytesIO()
    Image.new("RGBA", (400, 100), "#7a1f3d").save(drawn, "PNG")
    page.locator("#id_logo").set_input_files(
        {"name": "logo.png", "mimeType": "image/png", "buffer": drawn.getvalue()}
    )
    page.locator("button[name=do][value=logo]").click()
    expect(page.locator(".site-logo img")).to_be_visible()
    assert_accessible(page)
    page.goto(page.url.split("/desk/")[0] + "/boreal/")
    assert page.locator(".brand-logo").evaluate("(one) => one.complete && one.naturalWidth") == 400
    assert page.locator(".site-header .btn-primary, .btn-hero").first.evaluate(
        "(one) => getComputedStyle(one).backgroundColor"
    ) == "rgb(255, 212, 0)"  # fmt: skip


@LANGUAGES
@pytest.mark.parametrize("javascript", [True, False], ids=["with-script", "without-script"])
def test_a_customer_goes_to_another_rooftop_without_typing_anything_again(
    visit: Visit,
    garage: Garage,
    prefix: str,
    javascript: bool,
) -> None:
    make_garage(slug="riviere", today=clock.now().date(), horizon_days=30)
    Dealership.objects.filter(slug="riviere").update(name="Garage de la Rivière")
    page = visit(
        f"{prefix}/boreal/book/?service=oil_change&make=Honda&model=Civic&year=2019", javascript=javascript
    )
    page.locator("main form button[type=submit]").last.click()
    expect(page).to_have_url(f"{page.url.split(prefix + '/boreal')[0]}{prefix}/boreal/book/time/")
    page.locator("details.disclosure summary").last.click()
    if not javascript:
        page.locator(f"a[href='{prefix}/boreal/book/elsewhere/']").click()
    expect(page.get_by_role("heading", name="Garage de la Rivière")).to_be_visible()
    if javascript:
        assert_accessible(page)
    page.locator("button[name=to][value=riviere]").click()
    expect(page.locator(".brand-name")).to_have_text("Garage de la Rivière")
    expect(page).to_have_url(f"{page.url.split(prefix + '/riviere')[0]}{prefix}/riviere/book/time/")
    expect(page.locator("main")).to_contain_text("Honda Civic 2019" if not prefix else "Honda Civic")
