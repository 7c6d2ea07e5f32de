"""A dealership's brand colour made safe to read: WCAG 2.2 contrast, for light and dark pages."""

import re

WHITE = "#ffffff"
INK = "#16202c"
PAGE = "#f7f8fa"
QUIET_INK = "#4c5967"
DARK_SURFACE = "#1a232e"
DARK_QUIET_INK = "#a9b5c1"
DEFAULT_BRAND = "#0e5a6b"

TEXT_CONTRAST = 4.5
"""WCAG 1.4.3: the least contrast of text with what is behind it."""

SHAPE_CONTRAST = 3.0
"""WCAG 1.4.11: the least contrast of a control's shape with what is around it."""

VISIBLE = 1.25
"""Below this a filled button can't be told from the page."""

_HEX = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})")


def parse_hex(colour: str) -> tuple[int, int, int]:
    """The red, green and blue (0 to 255) of `#rgb` or `#rrggbb`; ValueError for anything else."""
    text = colour.strip().lower()
    if not _HEX.fullmatch(text):
        raise ValueError(f"{colour!r} is not a colour: write it as #rrggbb.")
    digits = text[1:] if len(text) == 7 else "".join(digit * 2 for digit in text[1:])
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def contrast(one: str, other: str) -> float:
    """The WCAG contrast ratio of two colours, from 1 (the same) to 21 (black on white)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def mix(colour: str, other: str, share: float) -> str:
    """`share` (0 to 1) of `colour` and the rest of `other`, in sRGB, as CSS color-mix() does it."""
    pairs = zip(parse_hex(colour), parse_hex(other), strict=True)
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)


def readable_ink(background: str) -> str | None:
    """White or ink, whichever reads better on `background`; None when neither reaches 4.5:1."""
    best = max((WHITE, INK), key=lambda ink: contrast(ink, background))
    return best if contrast(best, background) >= TEXT_CONTRAST else None


def brand_palette(colour: str) -> dict[str, str]:
    """Every shade that the pages need of one brand colour; ValueError if it is not a colour.

    Keys: `brand` (filled buttons), `brand_ink` (text on it), `brand_hover`, `brand_text` (links; at least
    4.5:1 on the page and on `brand_soft`), `brand_soft` (a chosen slot's background; quiet text reads on it
    too), and the same with the prefix `dark_` for dark pages. A colour that carries neither white nor ink at
    4.5:1, or that can't be told from the page, gives way to ink.
    """
    wanted = mix(colour, colour, 1)
    light = _light_shades(wanted)
    dark = _dark_shades(wanted)
    return light | {f"dark_{name}": shade for name, shade in dark.items()}


def _light_shades(wanted: str) -> dict[str, str]:
    visible = contrast(wanted, PAGE) >= VISIBLE
    brand = wanted if visible and readable_ink(wanted) else INK
    ink = readable_ink(brand) or WHITE
    soft = _soft(wanted, WHITE, share=0.09, text=QUIET_INK)
    return {
        "brand": brand,
        "brand_ink": ink,
        "brand_hover": mix(brand, INK if ink == WHITE else WHITE, 0.84),
        "brand_text": _until(wanted, towards=INK, on=(PAGE, WHITE, soft), least=TEXT_CONTRAST),
        "brand_soft": soft,
    }


def _dark_shades(wanted: str) -> dict[str, str]:
    brand = _until(wanted, towards=WHITE, on=(DARK_SURFACE,), least=SHAPE_CONTRAST)
    while readable_ink(brand) is None:
        brand = mix(brand, WHITE, 0.95)
    ink = readable_ink(brand) or INK
    soft = _soft(wanted, DARK_SURFACE, share=0.22, text=DARK_QUIET_INK)
    return {
        "brand": brand,
        "brand_ink": ink,
        "brand_hover": mix(brand, WHITE if ink == INK else INK, 0.86),
        "brand_text": _until(wanted, towards=WHITE, on=(DARK_SURFACE, soft), least=TEXT_CONTRAST),
        "brand_soft": soft,
    }


def _soft(colour: str, surface: str, *, share: float, text: str) -> str:
    """A surface tinted with at most `share` of `colour`, less where quiet text could no longer be read on it."""
    tints = (mix(colour, surface, share * step / 10) for step in range(10, 0, -1))
    return next((tint for tint in tints if contrast(text, tint) >= TEXT_CONTRAST), surface)


def _until(colour: str, *, towards: str, on: tuple[str, ...], least: float) -> str:
    """`colour` moved towards another in steps of 5 % until it stands out from every background."""
    shades = (mix(towards, colour, step / 20) for step in range(21))
    return next((one for one in shades if all(contrast(one, back) >= least for back in on)), towards)


def _luminance(colour: str) -> float:
    """WCAG's relative luminance, from 0 (black) to 1 (white)."""
    red, green, blue = (_linear(value / 255) for value in parse_hex(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
