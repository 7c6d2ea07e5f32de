"""What the colours of a photo become: as the camera saw them, and never worse than without a profile."""

from __future__ import annotations

import io
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from lib.pictures import read_picture, small_copy
from lib.profiles import MOST_BYTES, to_srgb
from tests.lib.icc import display_p3, grey

# sRGB's own red, green and a skin tone, as an iPhone writes them; and a red that no sRGB screen can show.
AS_P3 = {
    (234, 51, 35): (255, 0, 0),
    (117, 251, 76): (0, 255, 0),
    (128, 128, 128): (128, 128, 128),
    (255, 0, 0): (255, 0, 0),
}


def kept(colour: object, profile: bytes, *, mode: str = "RGB", kind: str = "JPEG") -> tuple[int, ...]:
    """One colour of a photo with this profile, as it is kept."""
    out = io.BytesIO()
    more = {"JPEG": {"quality": 100, "subsampling": 0}, "PNG": {}, "WEBP": {"lossless": True}}[kind]
    Image.new(mode, (32, 32), colour).save(out, kind, icc_profile=profile, **more)
    data = read_picture(io.BytesIO(out.getvalue()), size=len(out.getvalue())).data
    assert b"ICC_PROFILE" not in data
    found = Image.open(io.BytesIO(data))
    assert "icc_profile" not in found.info
    return found.getpixel((16, 16))


def near(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(abs(a - b) <= 4 for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(("written", "seen"), AS_P3.items())
def test_a_photo_of_a_telephone_with_a_wide_screen_keeps_its_colours(
    written: tuple[int, int, int], seen: tuple[int, int, int], kind: str
) -> None:
    assert near(kept(written, display_p3(), kind=kind), seen)


def test_its_little_copy_has_them_too() -> None:
    out = io.BytesIO()
    Image.new("RGB", (900, 600), (234, 51, 35)).save(out, "JPEG", icc_profile=display_p3())
    whole = read_picture(io.BytesIO(out.getvalue()), size=len(out.getvalue()))
    small = Image.open(io.BytesIO(small_copy(io.BytesIO(whole.data))))
    assert near(small.getpixel((100, 100)), (255, 0, 0))


def test_a_picture_in_srgb_stays_as_it_is() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert near(kept((200, 90, 20), srgb), (200, 90, 20))


def test_what_is_transparent_is_white_and_the_rest_has_its_colours() -> None:
    out = io.BytesIO()
    picture = Image.new("RGBA", (20, 20), (234, 51, 35, 255))
    picture.paste((234, 51, 35, 0), (0, 0, 10, 20))
    picture.save(out, "PNG", icc_profile=display_p3())
    found = Image.open(io.BytesIO(read_picture(io.BytesIO(out.getvalue()), size=len(out.getvalue())).data))
    assert min(found.getpixel((3, 10))) > 245
    assert near(found.getpixel((16, 10)), (255, 0, 0))


@pytest.mark.parametrize("mode", ["L", "LA", "1", "P"])
def test_greys_and_palettes_are_converted_by_their_own_kind_of_profile(mode: str) -> None:
    profile = display_p3() if mode == "P" else grey(1.0)
    colour = {"L": 64, "LA": (64, 255), "1": 1, "P": 0}[mode]
    seen = kept(colour, profile, mode=mode, kind="PNG")
    # A quarter of the light is much brighter than a quarter of sRGB's scale.
    assert near(seen, {"L": (137,) * 3, "LA": (137,) * 3, "1": (255,) * 3, "P": (0, 0, 0)}[mode])


@pytest.mark.parametrize(
    "profile",
    [
        b"p" * 200,
        b"",
        display_p3()[:140],
        display_p3(padding=MOST_BYTES),
        display_p3().replace(b"acsp", b"xxxx"),
        display_p3().replace(b"mntr", b"link"),
        display_p3().replace(b"RGB ", b"Lab "),
        display_p3().replace(b"RGB ", b"CMYK"),
        grey(1.0),
    ],
    ids=["noise", "none", "cut", "large", "unsigned", "link", "lab", "cmyk", "grey"],
)
def test_a_profile_that_is_no_use_counts_as_none(profile: bytes) -> None:
    picture = Image.new("RGB", (8, 8), (234, 51, 35))
    picture.info["icc_profile"] = profile
    assert to_srgb(picture).getpixel((4, 4)) == (234, 51, 35)


def test_a_profile_for_screens_beside_inks_counts_as_none() -> None:
    picture = Image.new("CMYK", (8, 8), (0, 200, 200, 0))
    picture.info["icc_profile"] = display_p3()
    assert to_srgb(picture).getpixel((4, 4)) == picture.convert("RGB").getpixel((4, 4))


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(display_p3()) - 1), st.binary(min_size=1, max_size=12), st.integers(0, 2**32))
def test_whatever_a_profile_holds_the_picture_is_read(place: int, noise: bytes, seed: int) -> None:
    profile = bytearray(display_p3())
    profile[place : place + len(noise)] = noise
    profile[random.Random(seed).randrange(128, len(profile))] ^= 0xFF  # noqa: S311 - not for secrets
    picture = Image.new("RGB", (8, 8), (234, 51, 35))
    picture.info["icc_profile"] = bytes(profile)
    assert (to_srgb(picture).mode, to_srgb(picture).size) == ("RGB", (8, 8))
