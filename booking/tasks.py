"""Celery's wake-up calls for booking: each may run twice, late or never without harm."""

from datetime import timedelta

from celery import shared_task

from booking.actions import capacity, expiry, photos, queue, refresh, serving
from booking.models import IdempotencyRecord
from dealerships.models import Dealership
from lib import clock

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
