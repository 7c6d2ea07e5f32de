"""Blocked numbers and addresses in words, where somebody at the desk will see them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from desk.access import Desk
from desk.words import page_language
from lib import clock
from lib.phones import format_phone
from notifications.flags import Flag, flags_for
from notifications.models import Channel, Suppression


@dataclass(frozen=True, slots=True)
class ShownFlag:
    """One line: what is blocked since when, why, and what may be done about it."""

    text: str
    why: str
    detail: str
    shown_address: str
    channel: str
    address: str
    may_be_lifted: bool


def shown_flags(desk: Desk, *, phone: str = "", email: str = "") -> list[ShownFlag]:
    """For a number (E.164) and an address; empty when both are fine. One query."""
    flags = flags_for(group=desk.dealership.group_id, phone=phone, email=email)
    return [_show(flag, desk) for flag in flags]


def _show(flag: Flag, desk: Desk) -> ShownFlag:
    language, by_text = page_language(), flag.channel == Channel.SMS
    day = clock.say_short_date(clock.local(flag.since, desk.dealership.zone).date(), language)
    blocked = _("Text messages blocked since %(day)s") if by_text else _("E-mail blocked since %(day)s")
    return ShownFlag(
        text=blocked % {"day": day},
        why=_why(flag.reason, by_text=by_text),
        detail=flag.detail,
        shown_address=format_phone(flag.address, language) if by_text else flag.address,
        channel=flag.channel,
        address=flag.address,
        may_be_lifted=flag.may_be_lifted and "write_messages" in desk.allowed,
    )


def _why(reason: str, *, by_text: bool) -> str:
    if reason == Suppression.Reason.ASKED:
        if by_text:
            return _("They answered STOP. Only the word START from this telephone begins it again.")
        return _("They asked for it to stop. Only the link in one of our e-mails begins it again.")
    if reason == Suppression.Reason.COMPLAINED:
        return _("They called one of our messages spam.")
    if by_text:
        return _("The number can’t be reached by text message. Ask for another one.")
    return _("The address refuses our e-mails. Ask for another one.")
