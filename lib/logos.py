"""A logo made safe to show: read by Pillow, drawn anew, small, as PNG with its transparency."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext as _
from PIL import Image

from lib import images
from lib.errors import Refusal

MOST_BYTES = 2 * 1024 * 1024
MOST_PIXELS = 16_000_000
FORMATS = ("PNG", "JPEG", "WEBP")
# Three times what headers show it at, for screens with many pixels.
TALLEST, WIDEST = 120, 600


@dataclass(frozen=True, slots=True)
class Logo:
    """PNG bytes, their size in pixels, and a mark that changes with the picture."""

    data: bytes
    width: int
    height: int

    @property
    def mark(self) -> str:
        return hashlib.sha256(self.data).hexdigest()[:16]


def read_logo(upload: IO[bytes], *, size: int) -> Logo:
    """The uploaded picture of `size` bytes as a logo: what the name or the header says it is counts for nothing.

    Empty margins are cut off. Raises Refusal with a sentence.
    """
    if not size:
        raise _refuse(_("This file is empty."))
    if size > MOST_BYTES:
        raise _refuse(_("This file is larger than 2 MB. Choose a smaller one."))
    data = upload.read(MOST_BYTES + 1)
    if _is_drawing(data):
        raise _refuse(_("SVG drawings can carry programs, so they are not taken. Export the logo as PNG."))
    try:
        with images.opened(data, FORMATS, most_pixels=MOST_PIXELS) as picture:
            return _redraw(picture)
    except images.TooManyPixelsError:
        raise _refuse(_("This picture has too many pixels. Choose a smaller one.")) from None
    except images.UnreadableError:
        raise _refuse(
            _("This file is not a picture that we can read. Choose a PNG, JPEG or WebP file.")
        ) from None


def _redraw(picture: Image.Image) -> Logo:
    drawn = images.upright(picture).convert("RGBA")
    box = drawn.getchannel("A").getbbox()
    if box is None:
        raise _refuse(_("Nothing can be seen in this picture: it is all transparent."))
    drawn = drawn.crop(box)
    drawn.thumbnail((WIDEST, TALLEST), Image.Resampling.LANCZOS)
    # Pixels alone go into a new picture: no metadata, no profile, nothing hidden behind the end.
    clean = Image.new("RGBA", drawn.size)
    clean.paste(drawn)
    out = io.BytesIO()
    clean.save(out, format="PNG", optimize=True)
    return Logo(out.getvalue(), clean.width, clean.height)


def _is_drawing(data: bytes) -> bool:
    beginning = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return beginning.startswith(b"<") and b"<svg" in beginning


def _refuse(sentence: str) -> Refusal:
    return Refusal(sentence, code="not_a_logo", field="logo")
