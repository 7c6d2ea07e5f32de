"""What becomes of an uploaded photo: drawn anew and small, or refused with a sentence that says why."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from lib.errors import Refusal
from lib.pictures import KEPT_SIDE, MOST_BYTES, SMALL_SIDE, Picture, read_picture, small_copy

RED, BLUE = (200, 20, 20), (20, 20, 200)


def encoded(picture: Image.Image, kind: str = "JPEG", **more: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **more)
    return out.getvalue()


def photo(width: int = 60, height: int = 40, kind: str = "JPEG", **more: object) -> bytes:
    return encoded(Image.new("RGB", (width, height), RED), kind, **more)


def read(data: bytes) -> Picture:
    return read_picture(io.BytesIO(data), size=len(data))


def opened(picture: Picture) -> Image.Image:
    found = Image.open(io.BytesIO(picture.data))
    found.load()
    return found


def png_header(width: int, height: int) -> bytes:
    """A PNG that says how large it is and nothing else."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    empty = b"IDAT" + zlib.compress(b"")
    chunks = [
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
        for chunk in (header, empty)
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def refusal(data: bytes, size: int | None = None) -> Refusal:
    with pytest.raises(Refusal) as caught:
        read_picture(io.BytesIO(data), size=len(data) if size is None else size)
    assert caught.value.field == "photos"
    assert str(caught.value).endswith(".")
    return caught.value


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_each_kind_that_is_taken_becomes_a_jpeg(kind: str) -> None:
    kept = read(photo(kind=kind))
    found = opened(kept)
    assert (found.format, found.mode, found.size) == ("JPEG", "RGB", (60, 40))
    assert (kept.width, kept.height) == found.size


def test_a_large_photo_is_kept_two_thousand_pixels_long() -> None:
    assert opened(read(photo(5000, 2500))).size == (KEPT_SIDE, 1000)
    assert opened(read(photo(300, 3000, "PNG"))).size == (200, KEPT_SIDE)


def test_a_small_photo_is_not_blown_up() -> None:
    assert opened(read(photo(3, 2))).size == (3, 2)


def test_nothing_of_the_metadata_is_kept() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "SecretCamera"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (45.0, 30.0, 0.0)
    data = photo(exif=exif, comment=b"my home address", icc_profile=b"p" * 200, dpi=(300, 300))
    assert b"SecretCamera" in data
    assert b"my home address" in data
    found = opened(read(data))
    assert not found.getexif()
    assert set(found.info) <= {
        "jfif",
        "jfif_version",
        "jfif_unit",
        "jfif_density",
        "progressive",
        "progression",
    }
    for secret in (b"SecretCamera", b"my home address", b"ICC_PROFILE", b"Exif"):
        assert secret not in read(data).data


def test_a_photo_that_was_held_on_its_side_is_turned_upright() -> None:
    picture = Image.new("RGB", (60, 40), RED)
    picture.paste(BLUE, (0, 0, 20, 40))  # the left third: on top once it is turned by 90 degrees
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    found = opened(read(encoded(picture, exif=exif, quality=95)))
    assert found.size == (40, 60)
    red, _green, blue = found.getpixel((20, 5))
    assert blue > red
    red, _green, blue = found.getpixel((20, 50))
    assert red > blue


def test_broken_metadata_take_nothing_from_the_photo() -> None:
    assert opened(read(photo(exif=b"Exif\x00\x00II*\x00\xff\xff\xff\xff" + b"\xff" * 40))).size == (60, 40)


def test_what_was_transparent_is_white() -> None:
    found = opened(read(encoded(Image.new("RGBA", (20, 20), (0, 0, 0, 0)), "PNG")))
    assert min(found.getpixel((10, 10))) > 250


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK", "I;16", "LA"])
def test_every_way_of_writing_colours_is_read(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    assert opened(read(encoded(Image.new(mode, (30, 20)), kind))).mode == "RGB"


def test_what_hides_behind_the_end_of_a_photo_is_dropped() -> None:
    data = photo() + b"<html><script>alert(1)</script></html>"
    assert b"<script>" not in read(data).data


def test_the_same_photo_as_a_page_is_refused() -> None:
    assert refusal(b"<html><body>" + photo()).code == "not_a_photo"


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"%PDF-1.7",
        b"PK\x03\x04",
        b"GIF89a" + b"\x00" * 60,
        b"II*\x00" + b"\x00" * 60,
        b"BM" + b"\x00" * 60,
        b"plain words",
    ],
)
def test_what_is_no_photo_is_told_which_kinds_are_taken(data: bytes) -> None:
    said = refusal(data)
    assert said.code == "not_a_photo"
    assert "JPEG, PNG or WebP" in str(said)


@pytest.mark.parametrize("brand", [b"heic", b"mif1", b"avif"])
def test_heic_is_told_which_kinds_are_taken(brand: bytes) -> None:
    said = str(refusal(b"\x00\x00\x00\x18ftyp" + brand + b"\x00" * 40))
    assert said.startswith("HEIC")
    assert "JPEG, PNG or WebP" in said


def test_an_empty_file_is_refused() -> None:
    assert refusal(b"").code == "empty"


def test_a_file_that_is_too_large_is_refused_without_reading_it() -> None:
    assert refusal(b"", size=MOST_BYTES + 1).code == "too_large"


@pytest.mark.parametrize("size", [(65_000, 65_000), (65_000, 10), (9_000, 9_000), (20_001, 1)])
def test_too_many_pixels_are_refused_before_one_is_decoded(size: tuple[int, int]) -> None:
    # There are no pixels in it: decoding would say that it is damaged.
    assert refusal(png_header(*size)).code == "too_many_pixels"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_that_is_cut_off_is_refused(kind: str) -> None:
    data = encoded(Image.effect_noise((400, 300), 60).convert("RGB"), kind)
    assert refusal(data[: len(data) // 2]).code in ("cut_off", "damaged")
    assert refusal(data[:20]).code in ("cut_off", "damaged")


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_picture_that_moves_is_refused(kind: str) -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in (RED, BLUE)]
    assert refusal(encoded(frames[0], kind, save_all=True, append_images=frames[1:])).code == "moves"


def test_the_second_picture_of_a_telephone_s_jpeg_is_left_out() -> None:
    frames = [Image.new("RGB", (40, 30), colour) for colour in (RED, BLUE)]
    data = encoded(frames[0], "MPO", save_all=True, append_images=frames[1:])
    red, _green, blue = opened(read(data)).getpixel((10, 10))
    assert red > blue


def test_a_small_copy_is_a_small_jpeg() -> None:
    kept = read(photo(4000, 3000))
    found = Image.open(io.BytesIO(small_copy(io.BytesIO(kept.data))))
    assert (found.format, max(found.size)) == ("JPEG", SMALL_SIDE)


STARTS: list[Callable[[], bytes]] = [
    photo,
    lambda: photo(kind="PNG"),
    lambda: photo(kind="WEBP"),
]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(STARTS), st.binary(max_size=40), st.integers(0, 400))
def test_whatever_is_damaged_ends_in_a_photo_or_a_sentence(
    make: Callable[[], bytes], noise: bytes, place: int
) -> None:
    data = make()
    data = data[:place] + noise + data[place + len(noise) :]
    try:
        assert opened(read(data)).format == "JPEG"
    except Refusal as said:
        assert str(said)
