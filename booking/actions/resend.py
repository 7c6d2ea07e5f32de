"""Sending an e-mail again that was given up."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from booking.errors import NotPossible
from booking.resending import worth_sending_again
from lib import clock
from notifications.actions.outbox import wake_after_commit
from notifications.models import Message, State


def resend_email(*, message: Message, now: datetime | None = None) -> None:
    """Plan it anew, under the same Message-ID. Raises NotPossible when it would be of no use, or is no such e-mail.

    Twice is the same: the second finds it planned.
    """
    moment = now or clock.now()
    with transaction.atomic():
        locked = Message.objects.select_for_update().get(pk=message.pk)
        if locked.state == State.PENDING:
            return
        if locked.pk not in worth_sending_again([locked], now=moment):
            raise NotPossible(_("That message is of no use any more, or may not go twice."))
        locked.state, locked.error, locked.attempts, locked.called_at = State.PENDING, "", 0, None
        locked.not_before = locked.next_try_at = moment  # from here on it is tried for a day again
        locked.save(update_fields=["state", "error", "attempts", "called_at", "not_before", "next_try_at"])
        wake_after_commit()
