"""A photo made safe to keep: known by its content, refused while it is still numbers, drawn anew without metadata."""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext as _
from PIL import Image

from lib import images, profiles
from lib.errors import Refusal
from lib.uploads import MOST_BYTES

# What the best telephones take; a PNG of that many needs 200 MB while it is read.
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 20_000
KEPT_SIDE = 2000  # enough to read a warning light on a dashboard
SMALL_SIDE = 320
QUALITY = 82

_WHITE = (255, 255, 255)
_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis")
# One photo at a time in each process: eight at once would need the memory of eight.
_one_at_a_time = threading.BoundedSemaphore(1)


@dataclass(frozen=True, slots=True)
class Picture:
    """JPEG bytes in sRGB without metadata, and their size in pixels."""

    data: bytes
    width: int
    height: int


def read_picture(upload: IO[bytes], *, size: int) -> Picture:
    """The uploaded photo of `size` bytes, upright, at most 2000 pixels long: its name and type count for nothing.

    What lies behind the end of the picture is dropped. Raises Refusal with a sentence.
    """
    if size > MOST_BYTES:
        raise _refuse(_("This file is larger than 12 MB. Choose a smaller photo."), "too_large")
    data = upload.read(MOST_BYTES + 1)
    kind = _kind(data)
    with _one_at_a_time:
        return _draw(data, kind)


def small_copy(kept: IO[bytes]) -> bytes:
    """A picture that `read_picture` made, 320 pixels long, for a row of thumbnails."""
    with Image.open(kept, formats=["JPEG"]) as picture:
        # Decoded at the nearest smaller scale, which takes a few milliseconds.
        picture.draft("RGB", (SMALL_SIDE, SMALL_SIDE))
        return _saved(_within(picture, SMALL_SIDE)).data


def _kind(data: bytes) -> str:
    """The Pillow format that the first bytes announce. Raises Refusal for everything else."""
    if not data:
        raise _refuse(_("This file is empty."), "empty")
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        raise _refuse(
            _("HEIC photos can't be read here. Send the photo as JPEG, PNG or WebP."), "not_a_photo"
        )
    raise _refuse(
        _("This file is not a photo that we can read. Choose a JPEG, PNG or WebP file."), "not_a_photo"
    )


def _draw(data: bytes, kind: str) -> Picture:
    try:
        with images.opened(data, (kind,), most_pixels=MOST_PIXELS, longest_side=LONGEST_SIDE) as picture:
            # A JPEG with several pictures is a telephone's depth or HDR layer: the first one is the photo.
            if kind != "JPEG" and getattr(picture, "is_animated", False):
                raise _refuse(_("This picture moves. Choose a photo that stands still."), "moves")
            # A long JPEG is decoded at a half, a quarter or an eighth.
            picture.draft("RGB", (KEPT_SIDE, KEPT_SIDE))
            return _saved(_within(picture, KEPT_SIDE))
    except images.TooManyPixelsError:
        raise _refuse(
            _("This picture has too many pixels. Choose a smaller photo."), "too_many_pixels"
        ) from None
    except images.UnreadableError as error:
        raise _damaged(str(error)) from None


def _within(picture: Image.Image, side: int) -> Image.Image:
    """Upright, at most `side` pixels long, in sRGB, on white where it was transparent."""
    picture.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    upright = images.upright(picture)
    # Pixels alone go into a new picture: no metadata, no profile, no comment.
    clean = Image.new("RGB", upright.size, _WHITE)
    opacity = upright.convert("RGBA").getchannel("A") if upright.has_transparency_data else None
    clean.paste(profiles.to_srgb(upright), mask=opacity)
    return clean


def _saved(picture: Image.Image) -> Picture:
    out = io.BytesIO()
    picture.save(out, format="JPEG", quality=QUALITY, optimize=True, progressive=True)
    return Picture(out.getvalue(), picture.width, picture.height)


def _damaged(why: str) -> Refusal:
    if "truncated" in why.lower():
        return _refuse(_("This photo is cut off: a part of it is missing. Please send it again."), "cut_off")
    return _refuse(_("This photo is damaged and can't be read. Choose another one."), "damaged")


def _refuse(sentence: str, code: str) -> Refusal:
    return Refusal(sentence, code=code, field="photos")
