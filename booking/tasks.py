"""Celery's wake-up calls for booking: each may run twice, late or never without harm."""

from datetime import timedelta

from celery import shared_task

from booking.actions import (
    cadence,
    capacity,
    due,
    events,
    expiry,
    photos,
    queue,
    refresh,
    replan,
    retention,
    serving,
)
from booking.due import DUE_KINDS
from booking.models import IdempotencyRecord
from dealerships.models import Dealership
from lib import clock
from notifications.actions.wake import wake

KEYS_KEPT_FOR = timedelta(hours=48)


@shared_task(name="booking.release_expired_holds")
def release_expired_holds():
    if expiry.release_expired_holds():
        serving.serve_wait_lists()


@shared_task(name="booking.serve_wait_lists")
def serve_wait_lists():
    serving.serve_wait_lists()


@shared_task(name="booking.extend_horizon")
def extend_horizon():
    for dealership in Dealership.objects.all():
        capacity.extend_horizon(dealership=dealership)
        # A task of its own for each: many visits take a while.
        wake(cadence.TASK, dealership.pk)


@shared_task(name="booking.replan_messages")
def replan_messages(dealership, kind=""):
    """`dealership` is an id; a worker is asked when a cadence changes, and now and then for every kind."""
    found = Dealership.objects.filter(pk=dealership).first()
    if found and kind in DUE_KINDS:
        due.plan_due_messages(dealership=found)
    elif found:
        replan.plan_all(dealership=found, kinds=[kind] if kind else ())


@shared_task(name="booking.plan_due_messages")
def plan_due_messages():
    for dealership in Dealership.objects.all():
        due.plan_due_messages(dealership=dealership)


@shared_task(name="booking.release_capacity")
def release_capacity():
    refresh.release_due()


@shared_task(name="booking.measure_queues")
def measure_queues():
    for dealership in Dealership.objects.all():
        queue.measure_queues(dealership=dealership)


@shared_task(name="booking.forget_idempotency_keys")
def forget_idempotency_keys():
    IdempotencyRecord.objects.filter(created_at__lt=clock.now() - KEYS_KEPT_FOR).delete()


@shared_task(name="booking.forget_draft_photos")
def forget_draft_photos():
    photos.forget_draft_photos()


@shared_task(name="booking.work_on_events")
def work_on_events():
    events.work_on_events()


@shared_task(name="booking.apply_retention")
def apply_retention():
    retention.apply_retention()
