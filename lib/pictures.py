"""A photo made safe to keep: known by its content, refused while it is still numbers, drawn anew without metadata."""

from __future__ import annotations

import io
import threading
import warnings
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

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
    """JPEG bytes without metadata, and their size in pixels."""

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
        with warnings.catch_warnings():
            # Broken metadata are nobody's business here; a bomb must not pass with a warning.
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=[kind]) as picture:
                _refuse_at_sight(picture, kind)
                # A long JPEG is decoded at a half, a quarter or an eighth.
                picture.draft("RGB", (KEPT_SIDE, KEPT_SIDE))
                return _saved(_within(picture, KEPT_SIDE))
    except Refusal:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except Exception as error:  # noqa: BLE001 - whatever a crafted file makes a decoder raise, it is not a photo
        raise _damaged(error) from None


def _refuse_at_sight(picture: Image.Image, kind: str) -> None:
    """By what the header says, before a single pixel is decoded."""
    if max(picture.size) > LONGEST_SIDE or picture.width * picture.height > MOST_PIXELS:
        raise _too_many_pixels()
    # A JPEG with several pictures is a telephone's depth or HDR layer: the first one is the photo.
    if kind != "JPEG" and getattr(picture, "is_animated", False):
        raise _refuse(_("This picture moves. Choose a photo that stands still."), "moves")


def _within(picture: Image.Image, side: int) -> Image.Image:
    """Upright, at most `side` pixels long, on white where it was transparent."""
    picture.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    upright = _upright(picture)
    seen = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    # Pixels alone go into a new picture: no metadata, no profile, no comment.
    clean = Image.new("RGB", seen.size, _WHITE)
    clean.paste(seen, mask=seen.getchannel("A") if seen.mode == "RGBA" else None)
    return clean


def _upright(picture: Image.Image) -> Image.Image:
    """Turned as the camera says it was held; as it is when what the camera says can't be read."""
    try:
        return ImageOps.exif_transpose(picture)
    except Exception:  # noqa: BLE001 - a broken note beside the picture takes nothing from the picture
        return picture


def _saved(picture: Image.Image) -> Picture:
    out = io.BytesIO()
    picture.save(out, format="JPEG", quality=QUALITY, optimize=True, progressive=True)
    return Picture(out.getvalue(), picture.width, picture.height)


def _too_many_pixels() -> Refusal:
    return _refuse(_("This picture has too many pixels. Choose a smaller photo."), "too_many_pixels")


def _damaged(error: Exception) -> Refusal:
    if "truncated" in str(error).lower():
        return _refuse(_("This photo is cut off: a part of it is missing. Please send it again."), "cut_off")
    return _refuse(_("This photo is damaged and can't be read. Choose another one."), "damaged")


def _refuse(sentence: str, code: str) -> Refusal:
    return Refusal(sentence, code=code, field="photos")
