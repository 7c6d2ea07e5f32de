"""Which colour stands on which in a letter: as it is written, in dark mode, and as programs change it by themselves."""

import re

from lib.colour import parse_hex
from tests.notifications.mail_programs import is_hidden

LINK = "#0000ee"  # what a program gives a link that has no colour
# Outlook on the web and on phones (getDarkColor in github.com/microsoft/roosterjs) turns lightness over down to that of
# #333333. Gmail's way is not public; turning all of it over is what its pictures look like.
OUTLOOK, GMAIL = 21.247, 0.0


def pairs(letter, *, dark=False):
    """(words, their colour, what is behind them) of all that is read; with `dark`, by the sheet of dark mode."""
    rules = _dark_rules(letter) if dark else []
    for element in letter.all():
        words = " ".join(element.text.split())
        if words and element.tag not in ("style", "title") and not is_hidden(element):
            if not any(one.tag == "body" for one in element.up()):
                continue
            yield words, _find(element, "color", rules), _find(element, "background-color", rules)


def turned_over(colour, base=0.0):
    """The colour with its lightness (CIELAB's L) turned over, between `base` and 100: what is light becomes dark."""
    lightness, *hue = _to_lab(colour)
    return _from_lab((100 - lightness) * (100 - base) / 100 + base, *hue)


def _to_lab(colour):
    red, green, blue = (_linear(part / 255) for part in parse_hex(colour))
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    x, y, z = (one ** (1 / 3) if one > 0.008856 else 7.787 * one + 16 / 116 for one in (x, y, z))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _from_lab(lightness, a, b):
    y = (lightness + 16) / 116
    x, y, z = (
        one**3 if one**3 > 0.008856 else (one - 16 / 116) / 7.787 for one in (y + a / 500, y, y - b / 200)
    )
    x, z = x * 0.9505, z * 1.089
    parts = (
        3.2406 * x - 1.5372 * y - 0.4986 * z,
        -0.9689 * x + 1.8758 * y + 0.0415 * z,
        0.0557 * x - 0.204 * y + 1.057 * z,
    )
    return "#" + "".join(f"{round(_gamma(min(max(part, 0), 1)) * 255):02x}" for part in parts)


def _linear(part):
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _gamma(part):
    return part * 12.92 if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055


def _find(element, name, rules):
    """The property that counts here: the nearest one that is written, or that the sheet gives."""
    for one in element.up():
        given = (
            [(weight, value) for weight, selector, value in rules.get(name, []) if _hits(selector, one)]
            if rules
            else []
        )
        if given:
            return max(given, key=lambda found: found[0])[1]
        if name in one.style:
            return one.style[name]
        if name == "color" and one.tag == "a":
            return LINK
    return "#ffffff" if name == "background-color" else "#000000"


def _dark_rules(letter):
    """By property: how much each selector weighs (its classes, its tags, its turn), the selector, the value."""
    (sheet,) = (sheet for sheet in letter.sheets if "prefers-color-scheme" in sheet)
    rules = {}
    for turn, (selectors, body) in enumerate(re.findall(r"\n\s*(\.[^{]+)\{([^}]+)\}", sheet)):
        for name, value in re.findall(r"([\w-]+):\s*([^;]+?)\s*!important", body):
            for selector in (one.strip() for one in selectors.split(",")):
                weight = (selector.count("."), len(selector.split()), turn)
                rules.setdefault(name, []).append((weight, selector, value))
    return rules


def _hits(selector, element):
    *around, last = selector.split()
    if not _is(last, element):
        return False
    return all(any(_is(one, outer) for outer in element.up() if outer is not element) for one in around)


def _is(part, element):
    return part[1:] in element.classes if part.startswith(".") else part == element.tag
