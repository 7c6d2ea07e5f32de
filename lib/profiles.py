"""Colours of a camera's own space as sRGB, which is what a picture without a profile is taken for."""

from __future__ import annotations

import contextlib
import functools
import io
from typing import Any

from PIL import Image, ImageCms

# Cameras' and screens' profiles have some hundred bytes to a few thousand, printers' tables half a megabyte.
MOST_BYTES = 1_000_000
# Where a profile says what it is (ICC.1:2022, 7.2): its class, its colour space, its signature.
_CLASS, _SPACE, _SIGNATURE = slice(12, 16), slice(16, 20), slice(36, 40)
_CLASSES = (b"mntr", b"scnr", b"prtr", b"spac")
_MODES = {b"RGB ": "RGB", b"GRAY": "L", b"CMYK": "CMYK"}


def to_srgb(picture: Image.Image) -> Image.Image:
    """The picture as RGB, its colours as the profile beside it means them; opacity is dropped.

    A profile that is broken, too large or for other colours than the picture's counts as none.
    """
    profile = _usable(picture.info.get("icc_profile"))
    if profile:
        with contextlib.suppress(Exception):  # whatever a crafted profile makes the library raise
            return _converted(picture, profile)
    return picture.convert("RGB")


def _usable(profile: Any) -> bytes | None:
    """The profile when it may be one that can be read for a picture's colours."""
    if not isinstance(profile, bytes) or not 128 < len(profile) <= MOST_BYTES:
        return None
    known = profile[_SIGNATURE] == b"acsp" and profile[_CLASS] in _CLASSES and profile[_SPACE] in _MODES
    return profile if known else None


def _converted(picture: Image.Image, profile: bytes) -> Image.Image:
    mode = _MODES[profile[_SPACE]]
    greys = picture.mode in ("1", "L", "LA")
    if (mode == "CMYK") != (picture.mode == "CMYK") or (mode == "L" and not greys):
        raise ValueError("the profile is for other colours than the picture's")
    colours = picture if picture.mode == mode else picture.convert(mode)
    transform = ImageCms.buildTransform(
        ImageCms.getOpenProfile(io.BytesIO(profile)),
        _srgb(),
        mode,
        "RGB",
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    seen = ImageCms.applyTransform(colours, transform)
    assert seen is not None  # it is only when the picture is changed in place
    return seen


@functools.cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
