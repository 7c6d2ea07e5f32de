"""What customers show of a problem: photos that are drawn, added to a few coming visits as on their page."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageFilter

from booking.actions.photos import add_photo
from booking.models import UPCOMING, Appointment, Photo
from dealerships.models import Dealership

SHOWN = 4
WIDTH, HEIGHT = 1200, 900
NIGHT, PLASTIC, AMBER, SCALE = "#0b0d10", "#15191e", "#ff9d1c", "#d8dee4"
STEEL, HUB, RUST, RUBBER, FLOOR = "#a9b0b6", "#5d646b", "#8b5a3c", "#1b1c1e", "#6f7173"


def make_photos(dealership: Dealership, *, now: datetime) -> int:
    """A photo on each of a few visits that tell a problem; once. How many."""
    if Photo.objects.filter(dealership=dealership).exclude(appointment=None).exists():
        return 0
    told = Appointment.objects.filter(dealership=dealership, status__in=UPCOMING, starts_at__gt=now)
    chosen = list(told.exclude(problem="").order_by("starts_at", "pk")[:SHOWN])
    for visit in chosen:
        brakes = visit.lines.filter(service__code="brakes").exists()
        upload = _photo("frein.jpg", _draw_brake) if brakes else _photo("voyant.jpg", _draw_dashboard)
        add_photo(dealership=dealership, appointment=visit, upload=upload)
    return len(chosen)


def _photo(name: str, draw: Callable[[ImageDraw.ImageDraw], None]) -> SimpleUploadedFile:
    """As a telephone takes it: a little soft, with the grain of a dim place."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), NIGHT)
    draw(ImageDraw.Draw(picture))
    grain = Image.effect_noise((WIDTH, HEIGHT), 40).convert("RGB")
    taken = Image.blend(picture.filter(ImageFilter.GaussianBlur(1.6)), grain, 0.06)
    out = io.BytesIO()
    taken.save(out, format="JPEG", quality=88)
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


def _draw_dashboard(pen: ImageDraw.ImageDraw) -> None:
    """Two dials at night, and the engine light between them."""
    pen.rounded_rectangle((40, 120, 1160, 820), radius=180, fill=PLASTIC)
    for left, lit in ((110, 205), (730, 165)):
        dial = (left, 260, left + 360, 620)
        pen.ellipse(dial, fill=NIGHT, outline="#2b3138", width=8)
        for angle in range(140, 401, 20):
            pen.arc((left + 24, 284, left + 336, 596), angle - 1, angle + 1, fill=SCALE, width=26)
        pen.pieslice((left + 50, 310, left + 310, 570), lit - 2, lit + 2, fill="#e5372c")
        pen.ellipse((left + 150, 410, left + 210, 470), fill="#23282e")
    pen.rounded_rectangle((545, 400, 655, 480), radius=12, outline=AMBER, width=10)
    pen.line((575, 400, 575, 376, 625, 376, 625, 400), fill=AMBER, width=10)
    pen.line((545, 440, 520, 440), fill=AMBER, width=10)
    pen.line((520, 416, 520, 464), fill=AMBER, width=10)
    pen.line((655, 440, 680, 440), fill=AMBER, width=10)


def _draw_brake(pen: ImageDraw.ImageDraw) -> None:
    """A worn brake disc with its grooves, the tire around it, a garage floor below."""
    pen.rectangle((0, 700, WIDTH, HEIGHT), fill=FLOOR)
    pen.ellipse((190, 20, 1010, 840), fill=RUBBER)
    pen.ellipse((290, 120, 910, 740), fill=STEEL, outline=RUST, width=22)
    for groove in range(0, 150, 18):
        ring = (330 + groove, 160 + groove, 870 - groove, 700 - groove)
        pen.ellipse(ring, outline=RUST if groove % 54 == 0 else "#8e969c", width=4)
    pen.ellipse((480, 310, 720, 550), fill=HUB)
    for left, top in ((585, 335), (665, 400), (635, 490), (535, 490), (505, 400)):
        pen.ellipse((left, top, left + 30, top + 30), fill=NIGHT)
    pen.rounded_rectangle((820, 260, 940, 560), radius=40, fill="#3a3f44")
