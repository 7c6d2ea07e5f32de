"""Files of a request: each up to its quota, the rest read and forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.http import HttpRequest
from django.test import RequestFactory

from lib import uploads
from lib.uploads import MOST_BYTES, MOST_FILES, RefusedUpload

Send = Callable[..., HttpRequest]


@pytest.fixture
def sent() -> Iterator[Send]:
    """A request with files of these sizes; its temporary files go when the test ends, as with a response."""
    requests: list[HttpRequest] = []

    def send(*sizes: int, **more: str) -> HttpRequest:
        files = [SimpleUploadedFile(f"{number}.jpg", b"x" * size) for number, size in enumerate(sizes)]
        requests.append(RequestFactory().post("/", {"photos": files, **more}))
        return requests[-1]

    yield send
    for request in requests:
        request.close()


def test_files_are_kept_as_they_were_sent(sent: Send) -> None:
    request = sent(3, 70_000, 0, problem="bruit")
    kept = request.FILES.getlist("photos")
    assert [(file.name, file.size) for file in kept] == [("0.jpg", 3), ("1.jpg", 70_000), ("2.jpg", 0)]
    assert kept[1].read() == b"x" * 70_000
    assert request.POST["problem"] == "bruit"


def test_a_file_that_is_too_large_is_named_without_its_content(sent: Send) -> None:
    request = sent(10, MOST_BYTES + 1, 20, problem="bruit")
    small, large, last = request.FILES.getlist("photos")
    assert isinstance(large, RefusedUpload)
    assert (large.name, large.size, large.read()) == ("1.jpg", MOST_BYTES + 1, b"")
    # Its neighbours and the words beside it came through.
    assert (small.read(), last.read(), request.POST["problem"]) == (b"x" * 10, b"x" * 20, "bruit")


def test_the_largest_that_is_allowed_is_kept(sent: Send) -> None:
    (kept,) = sent(MOST_BYTES).FILES.getlist("photos")
    assert isinstance(kept, TemporaryUploadedFile)
    assert kept.size == MOST_BYTES


def test_of_twenty_files_the_first_five_are_kept(sent: Send) -> None:
    files = sent(*[10] * 20).FILES.getlist("photos")
    assert len(files) == 20
    assert [file.read() for file in files[:MOST_FILES]] == [b"x" * 10] * MOST_FILES
    assert all(isinstance(file, RefusedUpload) and file.size == 10 for file in files[MOST_FILES:])


def test_what_is_far_too_large_is_not_read(sent: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST_READ", 1000)
    with pytest.raises(RequestDataTooBig):
        sent(2000).POST  # noqa: B018 - reading it is the point


def test_a_request_that_breaks_off_leaves_no_file_behind(tmp_path: Path, settings: LazySettings) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    boundary = "mark"
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="photos"; filename="a.jpg"\r\n\r\n'
    body = head.encode() + b"x" * 100_000
    request = RequestFactory().post("/", body, content_type=f"multipart/form-data; boundary={boundary}")
    assert list(request.FILES) == []
    assert list(tmp_path.iterdir()) == []
