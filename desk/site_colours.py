"""What the brand colour becomes on the pages, and in words where it had to give way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from babel.numbers import format_decimal
from django.utils.translation import gettext as _

from desk.words import page_language
from lib.colour import DARK_SURFACE, INK, WHITE, brand_palette, contrast, mix
from lib.languages import locale_name


@dataclass(frozen=True, slots=True)
class Shown:
    """One piece of a page in the colours that it will have, and what it is."""

    kind: str  # button, link or chosen
    name: str
    background: str
    ink: str

    @property
    def ratio(self) -> str:
        """`5,4:1`: the contrast of the words with what is behind them."""
        ratio = contrast(self.ink, self.background)
        return f"{format_decimal(ratio, format='0.0', locale=locale_name(page_language()))}:1"


@dataclass(frozen=True, slots=True)
class Colours:
    """The pieces on light and on dark pages, and a sentence for each way in which the colour gave way there."""

    light: tuple[Shown, ...]
    dark: tuple[Shown, ...]
    sentences: tuple[str, ...]
    dark_sentence: str

    @property
    def sides(self) -> list[tuple[str, tuple[Shown, ...]]]:
        return [("light", self.light), ("dark", self.dark)]


def show_colours(colour: str) -> Colours:
    """What pages make of this colour (WCAG 2.2: text at 4.5:1 or more); ValueError if it is not one."""
    palette, wanted = brand_palette(colour), mix(colour, colour, 1)
    light, dark = _pieces(palette, "", WHITE), _pieces(palette, "dark_", DARK_SURFACE)
    lighter = _("On dark pages, links are a lighter shade of it.")
    return Colours(
        light,
        dark,
        tuple(_sentences(palette, wanted)),
        lighter if palette["dark_brand_text"] != wanted else "",
    )


def _pieces(palette: Mapping[str, str], prefix: str, surface: str) -> tuple[Shown, ...]:
    shade = {name: palette[f"{prefix}{name}"] for name in ("brand", "brand_ink", "brand_text", "brand_soft")}
    return (
        Shown("button", _("Button"), shade["brand"], shade["brand_ink"]),
        Shown("link", _("Link"), surface, shade["brand_text"]),
        Shown("chosen", _("Chosen"), shade["brand_soft"], shade["brand_text"]),
    )


def _sentences(palette: Mapping[str, str], wanted: str) -> Iterator[str]:
    if palette["brand"] != wanted and palette["brand"] == INK:
        yield _("Buttons can’t be told from the page, or not be read, in this colour: they are dark instead.")
    elif palette["brand_ink"] != WHITE:
        yield _("White can’t be read on this colour: the words on buttons are dark.")
    if palette["brand_text"] != wanted:
        yield _("This colour is too pale for text: links are a darker shade of it.")
