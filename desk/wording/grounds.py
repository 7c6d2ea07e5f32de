"""On which ground of the law each class of message goes out, in words for a manager."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from notifications.kinds import MessageClass

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise


@dataclass(frozen=True)
class Ground:
    """The name of a class, why its messages may be sent, and the icon and kind of its chip."""

    label: StrOrPromise
    why: StrOrPromise
    icon: str
    chip: str


# Canada's anti-spam law (S.C. 2010, c. 23, s. 6(6)) and its regulations (SOR/2013-221, s. 3).
GROUNDS = {
    MessageClass.REQUESTED: Ground(
        _("Asked for"),
        _("Answers what the person has just asked for. No consent needed (regulations, s. 3(b))."),
        "message-square",
        "info",
    ),
    MessageClass.TRANSACTIONAL: Ground(
        _("About what was agreed"),
        _("Completes or confirms what was agreed. No consent needed; it says who writes and how to stop (s. 6(6)(b))."),
        "calendar-check",
        "good",
    ),
    MessageClass.SAFETY: Ground(
        _("Safety"),
        _("About the safety of work that was done. No consent needed; it says who writes and how to stop (s. 6(6)(c))."),
        "shield-check",
        "good",
    ),
    MessageClass.MAINTENANCE_DUE: Ground(
        _("Commercial: maintenance"),
        _("Goes only to people whose consent stands on the day when it leaves; its link withdraws that consent (s. 6(1))."),
        "shield-alert",
        "wait",
    ),
    MessageClass.PROMOTIONAL: Ground(
        _("Commercial: promotional"),
        _("Goes only to people whose consent stands on the day when it leaves; its link withdraws that consent (s. 6(1))."),
        "shield-alert",
        "wait",
    ),
}  # fmt: skip
