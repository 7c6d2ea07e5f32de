"""Why a message did not go, or may not have arrived, in a sentence for the desk."""

from __future__ import annotations

from django.utils.translation import gettext as _

from notifications.models import Message, State


def say_why(message: Message) -> str:
    """Blank for what went well or still waits untried."""
    error = message.error
    if message.state in (State.ACCEPTED, State.DELIVERED):
        return ""
    if message.state == State.PENDING:
        return _("Not taken yet; it is tried again. %(error)s") % {"error": error} if error else ""
    if message.state == State.UNKNOWN:
        return _("Nobody knows whether it arrived: it is not sent a second time.")
    return _known(error) or (_("The provider said: %(error)s") % {"error": error} if error else "")


def _known(error: str) -> str:
    """The reasons that the senders give themselves; blank for a provider's words."""
    if error.startswith("can't be written"):
        return _("It could not be written: a fault on our side.")
    return {
        "withdrawn": _("Called off: the appointment changed, or it was no longer needed."),
        "expired": _("Too late to be of any use."),
        "too late to remind": _("Too late to be of any use."),
        "suppressed": _("This number or address wants no more messages, or can’t be reached."),
        "no consent": _("Their consent did not stand on that day."),
        "this channel is not used": _("This way of sending is not set up here."),
        "no longer so": _("It was no longer true."),
        "switched off": _("This kind is switched off."),
        "no hour for it": _("No hour at which it may be sent was left."),
        "too close to another message": _("Another message had just been sent."),
        "another offer within a month": _("Another offer had been sent within the month."),
        "the sender vanished during the call": _("The connection broke off while it was being sent."),
        "the provider never took it": _("The provider never took it."),
    }.get(error, "")
