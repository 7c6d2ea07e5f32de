"""Files that browsers send, kept within a quota while they arrive.

The rest of what is too large or too many is read and forgotten, never written: a browser whose request is not read to
its end shows a dead connection instead of our sentence. Only what is far beyond any honest mistake is not read.
"""

from __future__ import annotations

import io
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import StopFutureHandlers, TemporaryFileUploadHandler

MOST_FILES = 5
MOST_BYTES = 12 * 1024 * 1024  # of one file
MOST_READ = 512 * 1024 * 1024  # of one request


class RefusedUpload(UploadedFile):  # type: ignore[type-arg]
    """A file that was too large or `one_too_many`: its name and size, without its content."""

    def __init__(self, name: str, size: int, *, one_too_many: bool) -> None:
        super().__init__(file=io.BytesIO(), name=name, size=size)
        self.one_too_many = one_too_many


class QuotaHandler(TemporaryFileUploadHandler):
    """Keeps the first files of a request in temporary files, each up to its quota, and gives the others back empty.

    The only handler (settings.FILE_UPLOAD_HANDLERS). Raises RequestDataTooBig for a request that is not worth reading.
    """

    def handle_raw_input(  # Django's signature
        self,
        input_data: Any,  # noqa: ARG002
        META: dict[str, str],  # noqa: ARG002, N803
        content_length: int,
        boundary: str,  # noqa: ARG002
        encoding: str | None = None,  # noqa: ARG002
    ) -> None:
        if content_length > MOST_READ:
            raise RequestDataTooBig("The request's files are far too large.")
        self.files = 0
        self.refused = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self.files += 1
        self.refused = self.files > MOST_FILES
        self.received = 0
        if self.refused:
            # Only sets what the file is called; nothing is opened.
            super(TemporaryFileUploadHandler, self).new_file(*args, **kwargs)
            raise StopFutureHandlers
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.received += len(raw_data)
        if not self.refused and self.received > MOST_BYTES:
            self.refused = True
            self.file.close()
        return None if self.refused else super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> UploadedFile[Any] | None:
        if self.refused:
            return RefusedUpload(self.file_name or "", self.received, one_too_many=self.files > MOST_FILES)
        return super().file_complete(file_size)

    def upload_interrupted(self) -> None:
        if not self.refused:
            super().upload_interrupted()
