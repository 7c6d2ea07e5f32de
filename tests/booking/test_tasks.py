"""What Celery wakes up: the same work as elsewhere, harmless when repeated."""

from datetime import time, timedelta

import pytest

from booking import tasks
from booking.actions.holds import hold_start
from booking.actions.photos import add_photo
from booking.models import (
    CapacityPool,
    CapacityRule,
    Hold,
    IdempotencyRecord,
    Photo,
    PoolKind,
    WaitListOffer,
)
from booking.models.photo import photo_storage
from booking.waiting import is_day_time
from lib import clock
from tests.booking.pictures import upload
from tests.booking.waiters import wait
from tests.garage import NOW, make_garage


@pytest.mark.django_db
def test_expired_holds_give_their_place_back():
    garage = make_garage()
    hold_start(
        dealership=garage.dealership, basket=garage.basket(), start=garage.at(9), holder="one", now=NOW
    )
    tasks.release_expired_holds()
    assert CapacityPool.objects.filter(used__gt=0).exists()
    Hold.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    tasks.release_expired_holds()
    assert not CapacityPool.objects.filter(used__gt=0).exists()


@pytest.mark.django_db
def test_missing_pools_are_made_for_every_dealership():
    for slug in ("boreal", "riviere"):
        make_garage(slug=slug, today=clock.now().date())
    made = CapacityPool.objects.count()
    CapacityPool.objects.filter(local_date__gt=clock.now().date() + timedelta(days=10)).delete()
    assert CapacityPool.objects.count() < made
    tasks.extend_horizon()
    tasks.extend_horizon()
    assert CapacityPool.objects.count() == made


@pytest.mark.django_db
def test_rules_that_changed_reach_the_pools_within_a_minute():
    garage = make_garage(horizon_days=2, today=clock.now().date())
    CapacityRule.objects.filter(kind=PoolKind.SHOP_DAY).update(cap=700)
    tasks.release_capacity()
    tasks.release_capacity()
    caps = CapacityPool.objects.filter(kind=PoolKind.SHOP_DAY, dealership=garage.dealership)
    assert set(caps.values_list("cap", flat=True)) <= {700}


@pytest.mark.django_db
def test_idempotency_keys_are_forgotten_after_two_days():
    for key, hours in (("old", 49), ("young", 47)):
        IdempotencyRecord.objects.create(
            scope="s", key=key, fingerprint="f", created_at=clock.now() - timedelta(hours=hours)
        )
    tasks.forget_idempotency_keys()
    assert list(IdempotencyRecord.objects.values_list("key", flat=True)) == ["young"]


@pytest.mark.django_db(transaction=True)
def test_whoever_waits_at_any_dealership_is_offered_what_is_free():
    now = clock.now()
    today = clock.local(now, "America/Toronto").date()
    night = clock.at_local(today, time(2), "America/Toronto")
    for slug in ("boreal", "riviere"):
        garage = make_garage(slug=slug, today=today)
        wait(garage, first=today + timedelta(days=1), last=today + timedelta(days=9), now=night)
    assert not WaitListOffer.objects.exists()
    tasks.serve_wait_lists()
    tasks.serve_wait_lists()
    assert WaitListOffer.objects.count() == (2 if is_day_time(now, "America/Toronto") else 0)


@pytest.mark.django_db
def test_photos_of_drafts_that_came_to_nothing_are_forgotten(django_capture_on_commit_callbacks):
    garage = make_garage()
    photo = add_photo(dealership=garage.dealership, upload=upload(), holder="a" * 32)
    tasks.forget_draft_photos()
    assert Photo.objects.count() == 1
    Photo.objects.update(created_at=clock.now() - timedelta(hours=73))
    with django_capture_on_commit_callbacks(execute=True):
        tasks.forget_draft_photos()
    assert Photo.objects.count() == 0
    assert not photo_storage().exists(photo.file.name)
