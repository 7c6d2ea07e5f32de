"""Keeping the record of how long vehicles wait, from which ready times are promised."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from booking.models import QueueRecord
from booking.queue import find_queues
from dealerships.models import Dealership
from lib import clock


def measure_queues(*, dealership: Dealership, now: datetime | None = None) -> int:
    """Note the queue of each skill as its last visits show it; how many records changed.

    A skill with too few visits goes back to the dealership's setting. What stays the same is not written: each
    write is a change of the rules. Visits that are booked keep the ready time that they were promised.
    """
    moment = now or clock.now()
    found = find_queues(dealership, now=moment)
    with transaction.atomic():
        known = dict(QueueRecord.objects.filter(dealership=dealership).values_list("skill", "minutes"))
        changed = [
            QueueRecord(
                dealership=dealership,
                skill=skill,
                minutes=queue.minutes,
                visits=queue.visits,
                measured_at=moment,
            )
            for skill, queue in found.items()
            if known.get(skill) != queue.minutes
        ]
        gone = known.keys() - found.keys()
        if gone:
            QueueRecord.objects.filter(dealership=dealership, skill__in=gone).delete()
        QueueRecord.objects.bulk_create(
            changed,
            update_conflicts=True,
            unique_fields=["dealership", "skill"],
            update_fields=["minutes", "visits", "measured_at"],
        )
    return len(changed) + len(gone)
