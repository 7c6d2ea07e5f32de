"""Pools follow the rules: what is taken is never undercut, and nothing that is not changed is touched."""

from __future__ import annotations

from datetime import date, time, timedelta
from functools import partial

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from booking.actions import refresh
from booking.actions.cancel import cancel_appointment
from booking.actions.claims import apply_claims
from booking.actions.history import CUSTOMER
from booking.actions.refresh import Refreshed, refresh_pools, release_due
from booking.actions.refresh_day import RulesChangedError, plan_day, read_rows, refresh_day
from booking.actions.retry import Busy
from booking.errors import SlotTaken, StartRefused
from booking.inputs import load_inputs
from booking.models import (
    CapacityClaim,
    CapacityPool,
    CapacityRule,
    CapacitySettings,
    GroupMember,
    PoolKind,
    Releasable,
    ReleaseStep,
    ServiceGroup,
    Shift,
)
from dealerships.models import Closure, Dealership
from lib import clock
from tests.booking.storm import assert_sound, at_once, deadlocks
from tests.garage import MONDAY, NOW, Garage, make_garage

TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def garage(db: None) -> Garage:
    return make_garage(horizon_days=4)


def refreshed(garage: Garage, **more: bool) -> Refreshed:
    return refresh_pools(dealership=garage.dealership, now=NOW, **more)


def pool(kind: PoolKind, subject: str = "", day: date = MONDAY) -> CapacityPool:
    return CapacityPool.objects.get(kind=kind, subject=subject, local_date=day)


def set_cap(kind: PoolKind, subject: str, cap: int | None) -> None:
    CapacityRule.objects.filter(kind=kind, subject=subject).update(cap=cap)


def test_refreshing_again_changes_nothing(garage: Garage) -> None:
    garage.book(garage.at(8))
    assert refreshed(garage) == Refreshed(0, 0)


def test_a_rule_that_changes_changes_its_pools_alone(garage: Garage) -> None:
    set_cap(PoolKind.SHOP_DAY, "", 700)

    assert refreshed(garage) == Refreshed(0, 4)
    assert pool(PoolKind.SHOP_DAY).cap == 700


def test_a_cap_below_what_is_used_falls_as_visits_leave(garage: Garage) -> None:
    visits = [garage.book(garage.at(8 + hour)) for hour in range(3)]
    set_cap(PoolKind.SHOP_DAY, "", 60)
    refreshed(garage)
    shop = pool(PoolKind.SHOP_DAY)
    assert (shop.cap, shop.wanted_cap, shop.used) == (135, 60, 135)

    cancel_appointment(appointment=visits[0], by=CUSTOMER, now=NOW)
    shop.refresh_from_db()
    assert (shop.cap, shop.wanted_cap) == (90, 60)

    cancel_appointment(appointment=visits[1], by=CUSTOMER, now=NOW)
    shop.refresh_from_db()
    assert (shop.cap, shop.wanted_cap) == (60, None)
    assert refreshed(garage) == Refreshed(0, 0)


def test_what_no_rule_wants_any_more_is_closed_and_keeps_who_is_in_it(garage: Garage) -> None:
    visit = garage.book(garage.at(8))
    Shift.objects.filter(person=visit.advisor_id, weekday=0).delete()
    refreshed(garage)

    day = pool(PoolKind.ADVISOR_DAY, str(visit.advisor_id))
    assert (day.closed, day.honoured, day.cap, day.wanted_cap, day.used) == (True, False, 1, 0, 1)
    cells = CapacityPool.objects.filter(kind=PoolKind.ADVISOR_CELL, subject=str(visit.advisor_id))
    assert cells.filter(local_date=MONDAY, closed=False).count() == 0
    assert cells.filter(local_date=TUESDAY, closed=True).count() == 0
    assert_sound()


def test_what_a_rule_wants_again_is_open_again(garage: Garage) -> None:
    before = list(CapacityPool.objects.order_by("pk").values())
    holiday = Closure.objects.create(
        dealership=garage.dealership,
        first_day=MONDAY,
        last_day=MONDAY,
        reason_fr="Inventaire",
        reason_en="Stock",
    )
    refreshed(garage)
    assert not CapacityPool.objects.filter(local_date=MONDAY, closed=False).exists()

    holiday.delete()
    refreshed(garage)
    assert list(CapacityPool.objects.order_by("pk").values()) == before


def test_the_days_before_today_are_never_touched(garage: Garage) -> None:
    set_cap(PoolKind.SHOP_DAY, "", 700)
    noon = clock.at_local(TUESDAY, time(12), garage.dealership.zone)

    refresh_pools(dealership=garage.dealership, first=MONDAY, now=noon)

    assert pool(PoolKind.SHOP_DAY).cap == 600
    assert pool(PoolKind.SHOP_DAY, day=TUESDAY).cap == 700


def test_with_honour_who_is_in_what_closes_stays_until_more_is_taken_away(garage: Garage) -> None:
    visit = garage.book(garage.at(8))
    Shift.objects.filter(person=visit.advisor_id).delete()
    set_cap(PoolKind.SHOP_DAY, "", 40)
    refreshed(garage, honour=True)
    refreshed(garage)
    day, shop = pool(PoolKind.ADVISOR_DAY, str(visit.advisor_id)), pool(PoolKind.SHOP_DAY)
    assert (day.closed, day.honoured) == (True, True)
    assert (shop.wanted_cap, shop.honoured) == (40, True)

    set_cap(PoolKind.SHOP_DAY, "", 30)
    refreshed(garage)
    assert pool(PoolKind.SHOP_DAY).honoured is False
    assert pool(PoolKind.ADVISOR_DAY, str(visit.advisor_id)).honoured is True


def test_a_full_day_whose_advisor_goes_on_vacation_lets_nobody_stay_with_them(garage: Garage) -> None:
    visit = garage.book(garage.at(8))
    CapacityPool.objects.filter(local_date=MONDAY).update(closed=True, honoured=True)
    Closure.objects.create(
        dealership=garage.dealership, staff_member=visit.advisor, first_day=MONDAY, last_day=MONDAY,
        reason_fr="Vacances", reason_en="Vacation",
    )  # fmt: skip
    refreshed(garage)

    assert pool(PoolKind.ADVISOR_DAY, str(visit.advisor_id)).honoured is False


def alignment(garage: Garage, service: str = "tire_swap", cap: int = 1) -> ServiceGroup:
    group = ServiceGroup.objects.create(
        dealership=garage.dealership, code="alignment", name_fr="Géométrie", name_en="Alignment"
    )
    GroupMember.objects.create(group=group, service=garage.dealership.services.get(code=service))
    for weekday in range(6):
        CapacityRule.objects.create(
            dealership=garage.dealership,
            kind=PoolKind.SERVICE_GROUP,
            subject="alignment",
            weekday=weekday,
            cap=cap,
        )
    return group


def test_visits_that_were_there_before_a_limit_claim_from_it_even_beyond_it(garage: Garage) -> None:
    visits = [garage.book(garage.at(8)), garage.book(garage.at(9))]
    garage.book(garage.at(10), basket=garage.basket("oil_change"))
    alignment(garage)
    refreshed(garage)

    rack = pool(PoolKind.SERVICE_GROUP, "alignment")
    assert (rack.used, rack.cap, rack.wanted_cap) == (2, 2, 1)
    claimed = CapacityClaim.objects.filter(pool=rack, active=True).values_list("appointment", flat=True)
    assert sorted(claimed) == sorted(visit.pk for visit in visits)
    assert refreshed(garage) == Refreshed(0, 0)
    assert_sound()


def test_a_limit_that_goes_leaves_the_pool_open_without_one(garage: Garage) -> None:
    alignment(garage)
    refreshed(garage)
    garage.book(garage.at(8))
    CapacityRule.objects.filter(subject="alignment").delete()
    refreshed(garage)

    rack = pool(PoolKind.SERVICE_GROUP, "alignment")
    assert (rack.cap, rack.closed, rack.used) == (None, False, 1)


def test_rules_are_read_in_as_many_queries_whatever_there_is(garage: Garage) -> None:
    with CaptureQueriesContext(connection) as few:
        load_inputs(garage.dealership, MONDAY, MONDAY)
    make_garage(slug="riviere", advisors=5)
    alignment(garage)
    with CaptureQueriesContext(connection) as many:
        load_inputs(garage.dealership, MONDAY, MONDAY + timedelta(days=60))

    assert len(few) == len(many) <= 14


def test_a_booking_that_was_under_way_when_a_limit_was_made_claims_from_it_a_minute_later(
    garage: Garage,
) -> None:
    release_due(now=NOW)
    alignment(garage)
    refreshed(garage)
    visit = garage.book(garage.at(8))
    rack = pool(PoolKind.SERVICE_GROUP, "alignment")
    # As if it had looked for its pools before that one was there.
    apply_later = CapacityClaim.objects.get(pool=rack, appointment=visit)
    with transaction.atomic():
        apply_claims(visit, {rack.pk: -apply_later.units})

    assert release_due(now=NOW + timedelta(minutes=1)) == 1
    assert pool(PoolKind.SERVICE_GROUP, "alignment").used == 1
    assert release_due(now=NOW + timedelta(minutes=2)) == 0


class TestReleasing:
    def test_what_is_kept_is_released_when_its_hour_comes_and_once(self, garage: Garage) -> None:
        CapacitySettings.objects.filter(dealership=garage.dealership).update(reserve_percent=20)
        ReleaseStep.objects.create(
            dealership=garage.dealership, what=Releasable.RESERVE, days_before=1, at=time(16), percent=50
        )
        refreshed(garage)
        assert pool(PoolKind.SHOP_DAY).cap == 480

        assert release_due(now=NOW + timedelta(hours=3, minutes=59)) == 0
        assert release_due(now=NOW + timedelta(hours=4)) == 1
        assert (pool(PoolKind.SHOP_DAY).cap, pool(PoolKind.SHOP_DAY, day=TUESDAY).cap) == (540, 480)
        assert release_due(now=NOW + timedelta(hours=5)) == 0

    def test_rules_that_changed_behind_our_back_are_noticed(self, garage: Garage) -> None:
        refreshed(garage)
        set_cap(PoolKind.SHOP_DAY, "", 700)

        assert release_due(now=NOW) == 1
        assert pool(PoolKind.SHOP_DAY).cap == 700
        assert release_due(now=NOW) == 0

    def test_a_refresh_that_is_cut_goes_on_later(
        self, garage: Garage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        set_cap(PoolKind.SHOP_DAY, "", 700)

        def cut(*args: object, **more: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as context, pytest.raises(KeyboardInterrupt):
            context.setattr(refresh, "settle_claims", cut)
            refreshed(garage)

        assert release_due(now=NOW) == 1
        assert release_due(now=NOW) == 0


@pytest.mark.django_db(transaction=True)
def test_rules_that_change_while_pools_are_made_win() -> None:
    """Whoever finishes last finishes with the last rules."""
    garage = make_garage(horizon_days=6)

    def change(cap: int) -> None:
        set_cap(PoolKind.SHOP_DAY, "", cap)
        refresh_pools(dealership=Dealership.objects.get(pk=garage.dealership.pk), now=NOW)

    at_once([partial(change, 500 + number) for number in range(6)])

    caps = set(CapacityPool.objects.filter(kind=PoolKind.SHOP_DAY).values_list("cap", flat=True))
    usual = set(CapacityRule.objects.filter(kind=PoolKind.SHOP_DAY).values_list("cap", flat=True))
    assert caps == usual
    assert release_due(now=NOW) == 0


@pytest.mark.django_db(transaction=True)
def test_a_refresher_with_old_rules_writes_nothing() -> None:
    garage = make_garage(horizon_days=2)
    old = load_inputs(garage.dealership, MONDAY, MONDAY)
    rows = read_rows(CapacityPool.objects.filter(local_date=MONDAY))
    nothing_wanted = plan_day(MONDAY, {}, rows, honour=False)
    set_cap(PoolKind.SHOP_DAY, "", 700)

    with pytest.raises(RulesChangedError):
        refresh_day(old, nothing_wanted)

    assert CapacityPool.objects.filter(local_date=MONDAY, closed=True).count() == 0


@pytest.mark.django_db(transaction=True)
def test_bookings_and_refreshers_at_once_neither_oversell_nor_deadlock() -> None:
    garage = make_garage(horizon_days=2, advisors=2)
    alignment(garage, cap=3)
    before = deadlocks()

    def book(number: int) -> None:
        garage.book(garage.at(8, 15 * (number % 4)))

    def shake(number: int) -> None:
        set_cap(PoolKind.SKILL_DAY, "tires", 90 + 45 * (number % 3))
        if number % 2:
            Shift.objects.filter(person=garage.advisors[1], weekday=0, starts=time(7, 30)).update(
                ends=time(9 + number % 3)
            )
        refresh_pools(dealership=Dealership.objects.get(pk=garage.dealership.pk), now=NOW)

    actions = [partial(book, number) for number in range(16)] + [
        partial(shake, number) for number in range(6)
    ]
    at_once(actions, expect=(SlotTaken, StartRefused, Busy))
    refresh_pools(dealership=garage.dealership, now=NOW)

    assert_sound()
    assert deadlocks() == before
    rack = pool(PoolKind.SERVICE_GROUP, "alignment")
    booked = garage.dealership.appointments.filter(local_date=MONDAY).count()
    assert rack.used == booked
    assert refresh_pools(dealership=garage.dealership, now=NOW) == Refreshed(0, 0)
