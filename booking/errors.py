"""Why a booking, a move or a hold was refused, as sentences that pages and the API show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from lib.errors import Refusal

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

    from booking.availability import Start


class StartRefused(Refusal):
    """No such start is ever offered: past, too soon, too far, closed, off the grid, another dealership's."""

    def __init__(self, message: object, *, code: str) -> None:
        super().__init__(str(message), code=code, field="start")


class SlotTaken(Refusal):
    """The start can't be had: somebody was faster, or a rule (its `sentence`); up to three open starts near it."""

    def __init__(self, alternatives: Sequence[Start], *, sentence: StrOrPromise | None = None) -> None:
        sentence = sentence or (
            _("Someone just took that time. Here are three close to it.")
            if len(alternatives) == 3
            else _("Someone just took that time. Here is what is still open.")
            if alternatives
            else _("Someone just took that time, and nothing is open near it. Please call us.")
        )
        super().__init__(sentence, code="slot_taken", field="start")
        self.alternatives = list(alternatives)


class IdempotencyMismatch(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("This key was already used for another booking. Use a new key."), code="idempotency_mismatch"
        )


class Stale(Refusal):
    """Somebody changed the appointment since it was shown."""

    def __init__(self) -> None:
        super().__init__(
            _("This appointment was changed in the meantime. Please look at it again."), code="stale_version"
        )


class NotPossible(Refusal):
    """The appointment's state does not allow it."""

    def __init__(self, message: object) -> None:
        super().__init__(str(message), code="not_possible")
