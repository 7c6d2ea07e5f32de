"""Pictures from outside, opened with care: what photos and logos have in common."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image, ImageOps

from lib.errors import Refusal


class TooManyPixelsError(Exception):
    """Refused by what the header says, or by Pillow's own guard against bombs."""


class UnreadableError(Exception):
    """No picture of these formats; the text is the decoder's."""


@contextmanager
def opened(
    data: bytes, formats: tuple[str, ...], *, most_pixels: int, longest_side: int | None = None
) -> Iterator[Image.Image]:
    """The picture, its pixels not decoded yet. Raises TooManyPixelsError, UnreadableError, and what the block refuses.

    Whatever a crafted file makes a decoder raise inside the block is an UnreadableError too.
    """
    try:
        with warnings.catch_warnings():
            # Broken metadata are nobody's business here; a bomb only warns up to twice the limit.
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=formats) as picture:
                _refuse_at_sight(picture, most_pixels, longest_side)
                yield picture
    except (Refusal, TooManyPixelsError):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise TooManyPixelsError from None
    except Exception as error:  # noqa: BLE001 - said above
        raise UnreadableError(str(error)) from None


def _refuse_at_sight(picture: Image.Image, most_pixels: int, longest_side: int | None) -> None:
    """By what the header says, before a single pixel is decoded."""
    too_long = longest_side is not None and max(picture.size) > longest_side
    if too_long or picture.width * picture.height > most_pixels:
        raise TooManyPixelsError


def upright(picture: Image.Image) -> Image.Image:
    """Turned as the camera says it was held; as it is when what the camera says can't be read."""
    try:
        return ImageOps.exif_transpose(picture)
    except Exception:  # noqa: BLE001 - a broken note beside the picture takes nothing from the picture
        return picture
