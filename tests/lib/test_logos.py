import io
import struct
import zlib

import pytest
from PIL import Image

from lib.errors import Refusal
from lib.logos import MOST_BYTES, read_logo


def picture(size=(300, 90), colour=(10, 90, 110, 255), kind="PNG", **save):
    out = io.BytesIO()
    Image.new("RGBA" if kind != "JPEG" else "RGB", size, colour[: 4 if kind != "JPEG" else 3]).save(
        out, kind, **save
    )
    return out.getvalue()


def read(data):
    return read_logo(io.BytesIO(data), size=len(data))


def opened(logo):
    return Image.open(io.BytesIO(logo.data))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_the_usual_kinds_become_a_png(kind):
    logo = read(picture(kind=kind))
    assert (opened(logo).format, opened(logo).size) == ("PNG", (300, 90))
    assert (logo.width, logo.height) == (300, 90)


def test_transparency_is_kept_and_empty_margins_are_cut():
    drawn = Image.new("RGBA", (200, 200))
    drawn.paste((200, 0, 0, 128), (50, 80, 150, 120))
    out = io.BytesIO()
    drawn.save(out, "PNG")
    kept = opened(read(out.getvalue()))
    assert kept.size == (100, 40)
    assert kept.getpixel((5, 5)) == (200, 0, 0, 128)


def test_a_large_one_is_made_small_in_its_own_proportions():
    assert opened(read(picture((3000, 1000)))).size == (360, 120)
    assert opened(read(picture((3000, 300)))).size == (600, 60)


def test_the_same_picture_has_the_same_mark_and_another_another():
    assert read(picture()).mark == read(picture()).mark != read(picture(colour=(1, 2, 3, 255))).mark


def test_nothing_but_the_pixels_is_kept():
    exif = Image.Exif()
    exif[0x9286] = "secret"
    data = picture(kind="JPEG", exif=exif) + b"<script>alert(1)</script>"
    kept = read(data)
    assert b"secret" not in kept.data
    assert b"script" not in kept.data
    assert opened(kept).info == {}


def bomb():
    """A PNG that says that it has 65,000 by 65,000 pixels."""
    header = struct.pack(">IIBBBBB", 65_000, 65_000, 8, 6, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\x00" * 1000)), (b"IEND", b""))
    parts = [
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\x00" * (MOST_BYTES + 1), "2 MB"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"></svg>', "SVG"),
        (b'\xef\xbb\xbf <svg onload="alert(1)"/>', "SVG"),
        (b"<html><body>no picture</body></html>", "not a picture"),
        (b"GIF89a" + b"\x00" * 40, "not a picture"),
        (b"%PDF-1.7", "not a picture"),
        (picture()[:80], "not a picture"),
        (bomb(), "too many pixels"),
        (picture((4001, 4000), colour=(0, 0, 0, 255)), "too many pixels"),
        (picture(colour=(0, 0, 0, 0)), "transparent"),
    ],
    ids=["empty", "large", "svg", "svg-bom", "html", "gif", "pdf", "cut", "bomb", "pixels", "nothing"],
)
def test_everything_else_is_refused_with_a_sentence(data, words):
    with pytest.raises(Refusal) as refusal:
        read(data)
    assert words in str(refusal.value)
    assert refusal.value.field == "logo"
