"""Photos as a telephone sends them, for tests."""

from __future__ import annotations

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def jpeg(width: int = 60, height: int = 40) -> bytes:
    """A small photo."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), (200, 20, 20)).save(out, "JPEG")
    return out.getvalue()


def upload(name: str = "voyant.jpg", data: bytes | None = None) -> SimpleUploadedFile:
    """The photo as a form carries it."""
    return SimpleUploadedFile(name, jpeg() if data is None else data, content_type="text/html")
