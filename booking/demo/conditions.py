"""What a demo dealership keeps back, which work shares something scarce, and how vehicles may be brought."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta

from booking.demo.rows import SATURDAY, Rooftop
from booking.demo.visits import AUTUMN, SPRING
from booking.models import (
    CapacitySettings,
    Choice,
    FirstSnow,
    GroupMember,
    PoolKind,
    Releasable,
    ReleaseStep,
    Season,
    Service,
    ServiceGroup,
    SnowOpening,
    SnowRaise,
    Transport,
    TransportCondition,
)
from dealerships.models import Dealership

# Half of the reserve the day before at 16:00, the rest at 9:00; the channels' places the day before at 14:00.
STEPS = (
    (Releasable.RESERVE, 1, time(16), 50),
    (Releasable.RESERVE, 0, time(9), 100),
    (Releasable.CHANNEL, 1, time(14), 100),
)
# A campaign is open so long before its first day that it never stands in the way of the horizon.
OPENS_BEFORE = timedelta(days=140)
SNOW_EVENINGS = (1, 2, 3)
SNOW_TIRE_MINUTES = 240


def make_conditions(dealership: Dealership, rooftop: Rooftop, today: date) -> None:
    """Each made where there is none; what somebody changed since stays as they left it."""
    if not CapacitySettings.objects.filter(dealership=dealership).exists():
        _keep_back(dealership, rooftop)
    if not dealership.service_groups.exists():
        for position, row in enumerate(rooftop.groups):
            group = ServiceGroup.objects.create(
                dealership=dealership, code=row.code, name_fr=row.fr, name_en=row.en,
                last_start=row.last_start, position=position,
            )  # fmt: skip
            _join(group, *row.member)
            if row.seasonal:
                Season.objects.bulk_create(_seasons(group, today))
    if not dealership.transport_conditions.exists():
        TransportCondition.objects.bulk_create(_transports(dealership))
    if not FirstSnow.objects.filter(dealership=dealership).exists():
        _prepare_snow(dealership)


def _keep_back(dealership: Dealership, rooftop: Rooftop) -> None:
    kept = rooftop.kept
    CapacitySettings.objects.create(
        dealership=dealership, reserve_percent=kept.reserve, kept_for_staff=kept.for_staff,
        web_guaranteed=kept.for_web,
    )  # fmt: skip
    ReleaseStep.objects.bulk_create(
        ReleaseStep(dealership=dealership, what=what, days_before=days, at=at, percent=percent)
        for what, days, at, percent in STEPS
    )


def _join(group: ServiceGroup, service: str, question: str, choice: str) -> None:
    member = Service.objects.get(dealership=group.dealership, code=service)
    answer = Choice.objects.filter(question__service=member, question__code=question, code=choice).first()
    GroupMember.objects.create(group=group, service=member, choice=answer)


def _seasons(group: ServiceGroup, today: date) -> Iterator[Season]:
    """The campaign that is on or comes next, and the one after it."""
    named = (("printemps", "Spring", SPRING), ("automne", "Autumn", AUTUMN))
    campaigns = sorted(
        (date(year, *first), date(year, *last), fr, en)
        for year in (today.year, today.year + 1)
        for fr, en, (first, last) in named
    )
    coming = [campaign for campaign in campaigns if campaign[1] >= today]
    for first, last, fr, en in coming[:2]:
        yield Season(
            group=group, name_fr=f"Pneus, {fr} {first.year}", name_en=f"{en} tires {first.year}",
            opens_on=first - OPENS_BEFORE, first_day=first, last_day=last,
        )  # fmt: skip


def _transports(dealership: Dealership) -> Iterator[TransportCondition]:
    yield TransportCondition(dealership=dealership, transport=Transport.COURTESY_CAR, stay_at_least=150)
    yield TransportCondition(
        dealership=dealership, transport=Transport.KEY_DROP, last_start=time(9, 30), book_by_days=1,
        book_by=time(20),
    )  # fmt: skip


def _prepare_snow(dealership: Dealership) -> None:
    """Ready for the click, and off."""
    snow = FirstSnow.objects.create(dealership=dealership, notice_minutes=30, extra_tire_minutes=120)
    hours = {**dict.fromkeys(SNOW_EVENINGS, (time(17, 30), time(20, 30))), SATURDAY: (time(8), time(17))}
    SnowOpening.objects.bulk_create(
        SnowOpening(
            first_snow=snow, weekday=weekday, opens=opens, closes=closes, tire_minutes=SNOW_TIRE_MINUTES
        )
        for weekday, (opens, closes) in hours.items()
    )
    SnowRaise.objects.create(first_snow=snow, kind=PoolKind.SERVICE_GROUP, subject="off_rims", add=4)
