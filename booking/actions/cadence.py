"""Changing when and how a dealership sends what the system starts."""

from __future__ import annotations

import logging
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from dealerships.models import Dealership, User
from lib.errors import Refusal
from notifications.actions.wake import wake
from notifications.cadence import columns_of
from notifications.kinds import KINDS, When
from notifications.models import Cadence

logger = logging.getLogger(__name__)

# Plans again what is planned; the horizon's job does it too, should the worker never hear of it.
TASK = "booking.replan_messages"


@transaction.atomic
def change_cadence(*, dealership: Dealership, kind: str, when: When | None, by: User) -> None:
    """Keep the dealership's own cadence of a kind, or go back to the usual one with None; what is planned follows.

    Visits to come are planned again by a worker after the commit. Raises Refusal for a kind that the system does
    not start.
    """
    if kind not in KINDS or KINDS[kind].usual is None:
        raise Refusal(_("This message has no cadence."), code="not_offered", field="kind")
    if when is None:
        Cadence.objects.filter(dealership=dealership, kind=kind).delete()
    else:
        Cadence.objects.update_or_create(dealership=dealership, kind=kind, defaults=columns_of(when))
    logger.info("%s changed when %s is sent at %s.", by, kind, dealership.slug)
    transaction.on_commit(partial(wake, TASK, dealership.pk, kind), robust=True)
