"""The manager's page of the dealership's identity, and what customers then see."""

from __future__ import annotations

import io
import re
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from dealerships.models import Dealership, Role
from desk.site_colours import show_colours
from lib.colour import contrast
from tests.booking.views.conftest import said
from tests.desk.conftest import Workshop

URL = "/desk/boreal/site/"
FORM = {
    "do": "keep", "brand_colour": "#0e6a75", "website": "https://boreal.example", "latitude": "45,5568", "longitude": "-73,756",
    "allowed_origins": "https://www.boreal.example/rendez-vous\n\nwww.boreal.example",
}  # fmt: skip


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def manager(sign_in) -> Client:
    return sign_in(Role.MANAGER)


def png(size=(320, 80), colour=(14, 106, 117, 255)) -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", size, colour).save(out, "PNG")
    return out.getvalue()


def upload(client: Client, data: bytes, name: str = "logo.png", **more):
    return client.post(URL, {"do": "logo", "logo": SimpleUploadedFile(name, data, **more)})


def dealership() -> Dealership:
    return Dealership.objects.get(slug="boreal")


def test_the_desk_shows_the_logo_in_its_own_bar(manager: Client) -> None:
    assert 'class="brand-mark"' in manager.get(URL).content.decode()
    upload(manager, png())
    bar = manager.get(URL).content.decode().partition("</header>")[0]
    assert 'class="brand-logo"' in bar
    assert 'class="brand-mark"' not in bar
    # A wide one says the name already.
    assert 'class="menu-name">Garage' not in bar


def test_what_is_typed_is_read_kept_and_shown_again(manager: Client) -> None:
    assert manager.post(URL, FORM).url == URL
    kept = dealership()
    assert (kept.website, kept.brand_colour) == ("https://boreal.example", "#0e6a75")
    assert kept.allowed_origins == ["https://www.boreal.example"]
    assert (kept.latitude, kept.longitude) == (Decimal("45.55680"), Decimal("-73.75600"))
    page = manager.get(URL).content.decode()
    assert "https://www.boreal.example</textarea>" in page
    assert said("Saved. Your pages show it from now on.") in page


@pytest.mark.parametrize(
    ("prefix", "latitude", "longitude"), [("", "45,55680", "-73,75600"), ("/en", "45.55680", "-73.75600")]
)
def test_degrees_are_shown_as_the_language_writes_them_and_taken_back_as_they_are_shown(
    manager: Client, prefix: str, latitude: str, longitude: str
) -> None:
    manager.post(URL, FORM)
    page = manager.get(prefix + URL).content.decode()
    shown = {name: in_field(page, name) for name in ("latitude", "longitude")}
    assert shown == {"latitude": latitude, "longitude": longitude}
    before = dealership()
    assert manager.post(prefix + URL, {**FORM, **shown}).status_code == 302
    assert (dealership().latitude, dealership().longitude) == (before.latitude, before.longitude)


@pytest.mark.parametrize("typed", ["45,5568", "45.5568", " 45,5568° "])
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_comma_and_point_are_both_read_and_a_refused_form_keeps_what_was_typed(
    manager: Client, prefix: str, typed: str
) -> None:
    refused = manager.post(prefix + URL, {**FORM, "latitude": typed, "longitude": "ouest"})
    assert refused.status_code == 422
    page = refused.content.decode()
    assert in_field(page, "latitude") == typed
    assert in_field(page, "longitude") == "ouest"
    assert manager.post(prefix + URL, {**FORM, "latitude": typed}).status_code == 302
    assert dealership().latitude == Decimal("45.55680")


def in_field(page: str, name: str) -> str:
    """What a field of the page holds."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    assert found, f"no field {name}"
    value = re.search(r'value="([^"]*)"', found.group())
    return value.group(1) if value else ""


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"brand_colour": "red"}, "This is not a colour: write it as #0e6a75."),
        ({"brand_colour": ""}, "Choose a colour."),
        ({"website": "javascript:alert(1)"}, "This is not the address of a site. Write it as https://www.example.com."),
        ({"website": "https://" + "x" * 300 + ".ca"}, "This is not the address of a site. Write it as https://www.example.com."),
        ({"allowed_origins": "https://*.boreal.example"}, "%(site)s: name each site in full, without an asterisk."),
        ({"allowed_origins": "x y"}, "%(site)s is not the address of a site. Write it as https://www.example.com."),
        ({"allowed_origins": "\n".join(f"https://a{n}.ca" for n in range(21))}, "That is too many sites: %(most)s at most."),
        ({"latitude": "95"}, "Degrees go from −%(most)s to %(most)s."),
        ({"longitude": "ouest"}, "Write degrees with decimals, such as 45.57020."),
        ({"latitude": "NaN"}, "Write degrees with decimals, such as 45.57020."),
        ({"latitude": "1e999999"}, "Write degrees with decimals, such as 45.57020."),
        ({"latitude": ""}, "Give both, or neither."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_everything_typed_is_kept(
    manager: Client, wrong: dict, sentence: str
) -> None:
    before = dealership()
    answer = manager.post(URL, {**FORM, **wrong})
    page = answer.content.decode()
    values = {
        "site": next(iter(wrong.values())),
        "most": {"allowed_origins": 20, "latitude": 90}.get(next(iter(wrong)), 0),
    }
    assert answer.status_code == 422
    assert said(sentence) % values in page.replace("&#x27;", "'")
    assert 'value="-73,756"' in page or "longitude" in wrong
    assert dealership().allowed_origins == before.allowed_origins


def test_a_logo_is_drawn_anew_shown_and_served_for_good(manager: Client, media) -> None:
    assert upload(manager, png()).url == URL
    address = dealership().logo.name
    page = Client().get("/boreal/").content.decode()
    mark = address.split("-")[1]
    assert f'src="/boreal/logo-{mark}.png" width="320" height="80" alt="Garage Boréal"' in page
    # A wide one says the name itself.
    assert '<span class="brand-name">' not in page
    answer = Client().get(f"/boreal/logo-{mark}.png")
    assert answer.headers["Content-Type"] == "image/png"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert Image.open(io.BytesIO(b"".join(answer.streaming_content))).size == (320, 80)


def test_a_square_logo_stands_beside_the_name(manager: Client) -> None:
    upload(manager, png((90, 90)))
    page = Client().get("/boreal/").content.decode()
    assert 'alt=""' in page
    assert '<span class="brand-name">Garage Boréal</span>' in page


def test_a_replaced_logo_is_gone_with_its_address(manager: Client, media) -> None:
    upload(manager, png())
    before = dealership().logo.name
    upload(manager, png(colour=(200, 0, 0, 255)))
    mark = before.split("-")[1]
    assert dealership().logo.name != before
    assert Client().get(f"/boreal/logo-{mark}.png").status_code == 404
    assert Client().get("/boreal/logo-0000000000000000.png").status_code == 404


def test_the_same_logo_twice_is_one_file(manager: Client, media) -> None:
    upload(manager, png())
    upload(manager, png())
    assert len(list((media / "logos").iterdir())) == 1


@pytest.mark.django_db(transaction=True)
def test_the_file_of_a_logo_that_is_no_longer_shown_is_deleted(manager: Client, media) -> None:
    upload(manager, png())
    upload(manager, png(colour=(200, 0, 0, 255)))
    assert len(list((media / "logos").iterdir())) == 1
    assert manager.post(URL, {"do": "remove-logo"}).url == URL
    assert list((media / "logos").iterdir()) == []
    assert dealership().logo.name == ""
    assert '<span class="brand-mark"' in Client().get("/boreal/").content.decode()


def test_a_logo_whose_file_is_gone_is_not_there_and_no_error(manager: Client, media) -> None:
    upload(manager, png())
    address = Client().get("/boreal/").content.decode().split('class="brand-logo" src="')[1].split('"')[0]
    for file in (media / "logos").iterdir():
        file.unlink()
    assert Client().get(address).status_code == 404
    assert Client().get("/boreal/").status_code == 200


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"<svg/>", "SVG drawings can carry programs, so they are not taken. Export the logo as PNG."),
        (b"<html></html>", "This file is not a picture that we can read. Choose a PNG, JPEG or WebP file."),
        (b"", "This file is empty."),
        (b"\x89PNG" + b"\x00" * (2 * 1024 * 1024), "This file is larger than 2 MB. Choose a smaller one."),
        (b"\x00" * (13 * 1024 * 1024), "This file is larger than 2 MB. Choose a smaller one."),
    ],
    ids=["svg", "html", "empty", "large", "huge"],
)  # fmt: skip
def test_a_bad_logo_is_refused_with_a_sentence(manager: Client, data: bytes, sentence: str) -> None:
    answer = upload(manager, data, content_type="image/png")
    assert answer.status_code == 422
    assert said(sentence) in answer.content.decode()
    assert dealership().logo.name == ""


def test_no_file_at_all_is_said(manager: Client) -> None:
    answer = manager.post(URL, {"do": "logo"})
    assert answer.status_code == 422
    assert said("Choose a file first.") in answer.content.decode()


@pytest.mark.parametrize(
    ("colour", "sentence"),
    [
        ("#0e6a75", "This colour reads well as it is."),
        ("#ffd400", "White can’t be read on this colour: the words on buttons are dark."),
        (
            "#ffffff",
            "Buttons can’t be told from the page, or not be read, in this colour: they are dark instead.",
        ),
        ("#ffd400", "This colour is too pale for text: links are a darker shade of it."),
        ("#000000", "On dark pages, links are a lighter shade of it."),
        ("red", "This is not a colour: write it as #0e6a75."),
        ("", "This is not a colour: write it as #0e6a75."),
    ],
)
def test_the_colour_is_judged_while_it_is_chosen(manager: Client, colour: str, sentence: str) -> None:
    answer = manager.get(f"{URL}colour/", {"brand_colour": colour})
    assert answer.status_code == 200
    assert said(sentence) in answer.content.decode()
    assert dealership().brand_colour == "#1f5f8b"


def test_every_piece_of_the_preview_reads_at_four_and_a_half_to_one() -> None:
    for colour in ("#ffffff", "#000000", "#ffd400", "#0e6a75", "#777777", "#ff0000", "#00ff00"):
        shown = show_colours(colour)
        assert all(contrast(one.ink, one.background) >= 4.5 for one in (*shown.light, *shown.dark)), colour


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_gives_what_to_paste_and_links_to_send(manager: Client, language: str, settings) -> None:
    settings.PUBLIC_URL = "https://rendez-vous.example"
    page = manager.get(URL if language == "fr" else f"/en{URL}").content.decode()
    assert (
        "&lt;script src=&quot;https://rendez-vous.example/embed.js&quot; data-dealership=&quot;boreal&quot;"
        in page
    )
    assert "data-creneau=&quot;widget&quot;" in page
    assert "/boreal/book/?service=tire_swap&amp;make=Honda" in page
    assert said("On your own site", language) in page


def test_only_managers_see_the_way_there(sign_in, workshop: Workshop) -> None:
    day = f"/desk/boreal/day/{workshop.day}/"
    assert URL in sign_in(Role.MANAGER).get(day).content.decode()
    assert URL not in sign_in(Role.ADVISOR).get(day).content.decode()
