"""Whatever colour a dealership chooses, its pages can be read."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.colour import (
    DARK_QUIET_INK,
    DARK_SURFACE,
    DEFAULT_BRAND,
    INK,
    PAGE,
    QUIET_INK,
    WHITE,
    brand_palette,
    contrast,
    mix,
    parse_hex,
    readable_ink,
)

TOKENS = Path(__file__).resolve().parents[2] / "static" / "css" / "tokens.css"
colours = st.integers(min_value=0, max_value=0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000", "#fff", 21.0),
        ("#fff", "#fff", 1.0),
        ("#767676", "#ffffff", 4.54),
        ("#ff0000", "#ffffff", 4.0),
    ],
)
def test_contrast_agrees_with_wcag(one, other, ratio):
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert contrast(other, one) == contrast(one, other)


@pytest.mark.parametrize("written", ["#0AF", "#00aaff", " #00AAFF "])
def test_a_colour_may_be_written_short_or_long(written):
    assert parse_hex(written) == (0, 170, 255)


@pytest.mark.parametrize("written", ["", "red", "#12", "#12345", "00aaff", "#gggggg", "#fff;}"])
def test_anything_else_is_refused_in_words(written):
    with pytest.raises(ValueError, match="not a colour"):
        brand_palette(written)


def test_mixing_keeps_the_share_asked_for():
    assert mix("#ffffff", "#000000", 0.5) == "#808080"
    assert mix("#123456", "#ffffff", 1) == "#123456"


def test_a_mid_tone_that_carries_neither_white_nor_ink_gives_way_to_ink():
    assert readable_ink("#7a7a7a") is None
    palette = brand_palette("#7a7a7a")
    assert (palette["brand"], palette["brand_ink"]) == (INK, WHITE)


def test_a_brand_that_vanishes_on_the_page_gives_way_to_ink():
    assert brand_palette("#ffffff")["brand"] == INK


def test_a_dark_brand_keeps_its_own_colour_with_white_text():
    palette = brand_palette("#0B3D91")
    assert (palette["brand"], palette["brand_ink"]) == ("#0b3d91", WHITE)


def test_a_yellow_brand_keeps_its_own_colour_with_ink_text():
    palette = brand_palette("#ffcc00")
    assert (palette["brand"], palette["brand_ink"]) == ("#ffcc00", INK)


@given(colours)
def test_every_colour_yields_readable_text_in_light_and_dark(colour):
    palette = brand_palette(colour)
    for prefix, surfaces, quiet in (
        ("", (PAGE, WHITE), QUIET_INK),
        ("dark_", (DARK_SURFACE,), DARK_QUIET_INK),
    ):
        assert contrast(quiet, palette[f"{prefix}brand_soft"]) >= 4.5
        ink = palette[f"{prefix}brand_ink"]
        assert contrast(ink, palette[f"{prefix}brand"]) >= 4.5
        assert contrast(ink, palette[f"{prefix}brand_hover"]) >= 4.5
        for surface in (*surfaces, palette[f"{prefix}brand_soft"]):
            assert contrast(palette[f"{prefix}brand_text"], surface) >= 4.5


@given(colours)
def test_a_filled_button_stands_out_from_a_dark_page(colour):
    assert contrast(brand_palette(colour)["dark_brand"], DARK_SURFACE) >= 3


@pytest.fixture
def stylesheets():
    """The tokens for light pages, and those for dark ones."""
    return TOKENS.read_text(encoding="utf-8").split("@media (prefers-color-scheme: dark)", maxsplit=1)


def test_the_stylesheet_starts_from_the_default_brand(stylesheets):
    light, dark = stylesheets
    for name, shade in brand_palette(DEFAULT_BRAND).items():
        variable = name.removeprefix("dark_").replace("_", "-")
        assert f"--{variable}: {shade};" in (dark if name.startswith("dark_") else light)


def test_the_stylesheet_uses_the_surfaces_that_the_palette_is_checked_on(stylesheets):
    light, dark = stylesheets
    assert f"--page: {PAGE};" in light
    assert f"--ink: {INK};" in light
    assert f"--ink-quiet: {QUIET_INK};" in light
    assert f"--surface: {DARK_SURFACE};" in dark
    assert f"--ink-quiet: {DARK_QUIET_INK};" in dark
