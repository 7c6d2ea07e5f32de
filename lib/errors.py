"""The one exception whose text may be shown to anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


class Refusal(Exception):  # noqa: N818 - part of the dialogue, not a fault
    """A refusal said as a sentence for people, safe to show as it is.

    ``message`` may be lazy: it is translated when shown, not when raised. ``code`` is for programs,
    ``field`` names the form or API field at fault; both are empty when there is none.
    """

    def __init__(self, message: _StrOrPromise, *, code: str = "", field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.field = field

    def __str__(self) -> str:
        return str(self.message)
