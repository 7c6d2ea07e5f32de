"""Every letter, as mail programs show it: Outlook on Windows, Gmail without style sheets, dark modes."""

import functools
import re

import pytest

from lib.colour import SHAPE_CONTRAST, TEXT_CONTRAST, contrast
from lib.phones import format_phone
from notifications.kinds import KINDS
from notifications.models import Channel
from notifications.render import render
from notifications.sample_cases import CASES, sample_message
from notifications.samples import DEALERSHIP
from tests.notifications.colours import GMAIL, LINK, OUTLOOK, pairs, turned_over
from tests.notifications.mail_programs import SIZE, Letter, faults
from tests.notifications.reading import Text

# The house's, and what dealers have on their signs: dark, red, blue, yellow, none, nearly white.
BRANDS = [DEALERSHIP["brand_colour"], "#000000", "#c8102e", "#0033a0", "#ffd100", "", "#fafafa"]
every_letter = pytest.mark.parametrize("language", ["fr", "en"])
every_kind = pytest.mark.parametrize(
    "kind", [kind for kind in KINDS.values() if Channel.EMAIL in kind.channels], ids=lambda kind: kind.name
)


@functools.cache
def written(kind, language, case="usual", brand=BRANDS[0]):
    return [
        render(
            sample_message(
                kind, channel=Channel.EMAIL, language=language, case=CASES[case], variant=variant,
                dealership=DEALERSHIP | {"brand_colour": brand},
            )
        )
        for variant in ("", *kind.variants)
    ]  # fmt: skip


@every_kind
@every_letter
def test_no_letter_uses_what_a_mail_program_does_not_show(kind, language):
    for case in CASES:
        for letter in written(kind, language, case):
            assert faults(Letter(letter.html)) == []
            assert len(letter.html.encode()) < SIZE


@every_kind
@every_letter
def test_every_link_of_a_letter_is_in_its_text_too(kind, language):
    for case in CASES:
        for letter in written(kind, language, case):
            for link in Text(letter.html).links:
                assert said_of(link, language) in letter.text, link


def said_of(link, language):
    """How a text without links says it."""
    way, _colon, rest = link.partition(":")
    return format_phone(rest, language) if way == "tel" else rest if way == "mailto" else link


@every_kind
@every_letter
def test_an_inbox_shows_a_line_that_says_more_than_the_subject(kind, language):
    for case in CASES:
        for letter in written(kind, language, case):
            preview = Text(letter.html).preview
            assert preview
            assert not re.match(r"[a-zà-ÿ]", preview)
            if case not in (
                "long_names",
                "signs",
                "many_services",
                "emoji",
            ):  # long or odd because somebody wrote so
                assert 20 <= len(preview) <= 140
                assert preview not in letter.subject
                assert letter.subject not in preview


@every_kind
@pytest.mark.parametrize("brand", BRANDS)
def test_all_of_a_letter_can_be_read_in_light_and_in_dark(kind, brand):
    for letter in written(kind, "fr", brand=brand):
        tree = Letter(letter.html)
        for dark in (False, True):
            for words, colour, behind in pairs(tree, dark=dark):
                assert contrast(colour, behind) >= TEXT_CONTRAST, (words, colour, behind, dark)


@every_kind
@pytest.mark.parametrize(("base", "brand"), [(OUTLOOK, BRANDS[0]), *((GMAIL, brand) for brand in BRANDS)])
def test_all_of_a_letter_can_be_read_when_a_program_turns_its_colours_over(kind, brand, base):
    """Outlook is given its own rules: its turned colours are seen where they are dropped."""
    for letter in written(kind, "fr", brand=brand):
        for words, colour, behind in pairs(Letter(letter.html)):
            if colour != LINK:  # a link that has no colour gets another one
                found = contrast(turned_over(colour, base), turned_over(behind, base))
                assert found >= TEXT_CONTRAST, (words, colour, behind)


@pytest.mark.parametrize("brand", BRANDS)
def test_a_button_stands_out_from_the_card_in_dark_mode(brand):
    (letter,) = written(KINDS["confirmation"], "fr", brand=brand)
    buttons = [
        (colour, behind)
        for words, colour, behind in pairs(Letter(letter.html), dark=True)
        if "déplacer ou ann" in words
    ]
    assert contrast(buttons[0][1], "#1a232e") >= SHAPE_CONTRAST


def test_outlooks_own_dark_mode_gets_every_colour_of_the_dark_sheet():
    """It follows no media query: each rule stands there once more, by the marks that it puts on what it changed."""
    (letter,) = written(KINDS["confirmation"], "fr")
    dark, marked = (
        {
            (selector.strip(), name, value)
            for selectors, body in re.findall(r"\n\s*((?:\[|\.m)[^{]+)\{([^}]+)\}", sheet)
            for selector in re.sub(r"\[data-ogs[bc]\] ", "", selectors).split(",")
            for name, value in re.findall(r"([\w-]+): (\S+) !important", body)
        }
        for sheet in Letter(letter.html).sheets
        if "prefers-color-scheme" in sheet or "data-ogsc" in sheet
    )
    assert {one for one in dark if one[0] != ".m-line"} == marked


BUTTON = '<td bgcolor="#0e5a6b" style="background-color:#0e5a6b;mso-padding-alt:14px 28px;">%s</td>'


@pytest.mark.parametrize(
    ("snippet", "fault"),
    [
        ("<table><tr><td>x</td></tr></table>", "role=presentation"),
        ('<img src="x.png">', "alt and width"),
        ('<img src="x.png" alt="x">', "alt and width"),
        ('<a href="#" style="padding:14px;">Go</a>', "padding"),
        (BUTTON % '<a style="padding:14px;">Go</a>', "padding"),
        (BUTTON % 'or <a style="padding:14px;mso-padding-alt:0;">Go</a>', "padding"),
        ('<td bgcolor="#fff"><a style="display:inline-block;mso-padding-alt:0;">Go</a></td>', "block"),
        ('<div style="padding:4px;">x</div>', "css-padding"),
        ('<span style="margin:4px;">x</span>', "css-margin"),
        ('<p style="margin:-4px;">x</p>', "can't read"),
        ('<p style="color:rgba(0,0,0,.5);">x</p>', "can't read"),
        ('<p style="width:50%;">x</p>', "css-width"),
        ('<p style="position:absolute;">x</p>', "css-position"),
        ('<td style="background:#fff url(x.png);">x</td>', "can't read"),
        ('<td style="background-color:#ffffff;">x</td>', "bgcolor"),
        ('<td style="max-width:600px;">x</td>', "max-width"),
        ('<p class="m-ink">x</p>', "html-style"),
        ('<td class="m-panel">x</td>', "html-style"),
        ('<div style="display:none;">x</div>', "mso-hide"),
        ("<ul><li>x</li></ul>", "html-lists"),
        ("<style>.a{color:red!important}</style>", "css-important"),
        ("<style>.a > .b { color: red }</style>", "only classes"),
        ("é" * SIZE, "180000 bytes"),
    ],
)  # fmt: skip
def test_the_linter_finds_what_a_program_does_not_show(snippet, fault):
    assert any(fault in found for found in faults(Letter(snippet))), faults(Letter(snippet))


def test_a_button_with_its_fallback_is_none():
    button = BUTTON % '<a style="display:inline-block;padding:14px;mso-padding-alt:0;">Go</a>'
    assert not [found for found in faults(Letter(button)) if not found.startswith(("missing", "dark mode"))]
