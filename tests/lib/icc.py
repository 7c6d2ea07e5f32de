"""Colour profiles as cameras write them, for tests."""

from __future__ import annotations

import struct

# The colorants of Display P3 seen under D50, and the white of D50 (ICC's numbers for Apple's profile).
RED, GREEN, BLUE = (0.51512, 0.2412, -0.00105), (0.29198, 0.69225, 0.04189), (0.1571, 0.06657, 0.78407)
D50 = (0.9642, 1.0, 0.8249)
# The transfer curve of sRGB, which Display P3 shares.
SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)


def display_p3(*, padding: int = 0) -> bytes:
    """The profile of an iPhone's photos, with so many bytes of nothing behind it."""
    curve = _padded(b"para\0\0\0\0" + struct.pack(">HH", 3, 0) + _numbers(SRGB_CURVE))
    tags = {
        b"rXYZ": _xyz(RED), b"gXYZ": _xyz(GREEN), b"bXYZ": _xyz(BLUE), b"wtpt": _xyz(D50),
        b"rTRC": curve, b"gTRC": curve, b"bTRC": curve,
        b"desc": _words("Display P3"), b"cprt": _words("Nobody"),
    }  # fmt: skip
    return profile(tags, space=b"RGB ", padding=padding)


def grey(gamma: float) -> bytes:
    """A profile of greys with this gamma."""
    curve = _padded(b"para\0\0\0\0" + struct.pack(">HH", 0, 0) + _numbers((gamma,)))
    tags = {b"kTRC": curve, b"wtpt": _xyz(D50), b"desc": _words("Grey"), b"cprt": _words("Nobody")}
    return profile(tags, space=b"GRAY")


def profile(tags: dict[bytes, bytes], *, space: bytes, padding: int = 0) -> bytes:
    """A monitor's profile of version 4 with these tags."""
    offset = 128 + 4 + 12 * len(tags)
    table, data = struct.pack(">I", len(tags)), b""
    for name, tag in tags.items():
        table += struct.pack(">4sII", name, offset + len(data), len(tag))
        data += tag
    body = table + data + bytes(padding)
    head = struct.pack(">I4sI4s4s4s", 128 + len(body), b"lcms", 0x04300000, b"mntr", space, b"XYZ ")
    head += struct.pack(">6H4s", 2026, 1, 1, 0, 0, 0, b"acsp") + bytes(28) + _numbers(D50)
    return head.ljust(128, b"\0") + body


def _numbers(values: tuple[float, ...]) -> bytes:
    return struct.pack(f">{len(values)}i", *(round(value * 65536) for value in values))


def _xyz(values: tuple[float, float, float]) -> bytes:
    return b"XYZ \0\0\0\0" + _numbers(values)


def _words(text: str) -> bytes:
    said = text.encode("utf-16-be")
    return _padded(b"mluc\0\0\0\0" + struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(said), 28) + said)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)
