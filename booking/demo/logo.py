"""Garage Boréal's logo, drawn: a spruce under northern lights."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

from lib.logos import Logo, read_logo

SIDE = 480  # drawn four times larger than it is kept
NIGHT, SNOW = "#0e6a75", "#f4fbfa"
LIGHTS = (("#2f9a94", 196), ("#6fd0b4", 156), ("#c9f0dc", 116))


def draw_logo() -> Logo:
    """The picture, made as one that somebody uploads."""
    picture = Image.new("RGBA", (SIDE, SIDE))
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((0, 0, SIDE - 1, SIDE - 1), radius=120, fill=NIGHT)
    for colour, radius in LIGHTS:
        around = (SIDE // 2 - radius, 250 - radius, SIDE // 2 + radius, 250 + radius)
        pen.arc(around, start=190, end=350, fill=colour, width=26)
    for top, reach, bottom in ((190, 62, 282), (240, 88, 350), (302, 112, 414)):
        pen.polygon(((240, top), (240 - reach, bottom), (240 + reach, bottom)), fill=SNOW)
    pen.rectangle((222, 410, 258, 446), fill=SNOW)
    out = io.BytesIO()
    picture.save(out, format="PNG")
    out.seek(0)
    return read_logo(out, size=out.getbuffer().nbytes)
