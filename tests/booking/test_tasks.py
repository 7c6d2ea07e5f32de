"""What Celery wakes up: the same work as elsewhere, harmless when repeated."""

from datetime import timedelta

import pytest

from booking import tasks
from booking.actions.holds import hold_start
from booking.models import CapacityPool, Hold, IdempotencyRecord
from lib import clock
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
def test_idempotency_keys_are_forgotten_after_two_days():
    for key, hours in (("old", 49), ("young", 47)):
        IdempotencyRecord.objects.create(
            scope="s", key=key, fingerprint="f", created_at=clock.now() - timedelta(hours=hours)
        )
    tasks.forget_idempotency_keys()
    assert list(IdempotencyRecord.objects.values_list("key", flat=True)) == ["young"]
