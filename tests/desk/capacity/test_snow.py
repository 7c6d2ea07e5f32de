"""First snow: prepared in a quiet hour, switched on and off with one click."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from booking.actions.edit import edition_of
from booking.models import CapacityEdit, CapacityPool, FirstSnow, PoolKind, ServiceGroup
from booking.stranded import stranded_visits
from lib import clock
from tests.desk.capacity.ruling import HERE, apply, errors, preview, said

PREPARE = "/first-snow/prepare/"


@pytest.fixture
def evening(workshop) -> dict[str, object]:
    """Two hours more for tires in the evening of the workshop's day, with the first advisor."""
    weekday = workshop.day.weekday()
    return {
        f"opens-{weekday}": "17:30",
        f"closes-{weekday}": "19:30",
        f"hours-{weekday}": "6",
        f"advisors-{weekday}": [str(workshop.garage.advisors[0].pk)],
        "extra_tire_minutes": "1,5",
    }


def press(client, workshop, *, on: bool, edition: int | None = None):
    """The one click."""
    current = edition_of(workshop.garage.dealership) if edition is None else edition
    data = {"on": "yes" if on else "no", "edition": current}
    return client.post(f"{HERE}/first-snow/switch/", data, follow=True)


def tire_minutes(workshop) -> int:
    pools = CapacityPool.objects.filter(dealership=workshop.garage.dealership, local_date=workshop.day)
    return pools.get(kind=PoolKind.SKILL_DAY, subject="tires").cap


def test_without_a_preparation_the_page_says_what_it_is_for(manager):
    page = said(manager.get(f"{HERE}/first-snow/"))
    assert "Prepare it before it snows" in page
    assert "Switch first snow on" not in page


def test_a_preparation_is_kept_and_changes_nothing_yet(manager, workshop, evening, rack):
    before = tire_minutes(workshop)
    apply(
        manager,
        PREPARE,
        lasts_days="10",
        notice_minutes="15",
        web_takes_all=None,
        **evening,
        **{"raise-0": "2"},
    )
    snow = FirstSnow.objects.get()
    assert (snow.lasts_days, snow.notice_minutes, snow.web_takes_all, snow.extra_tire_minutes) == (
        10,
        15,
        False,
        90,
    )
    opening = snow.openings.get()
    assert (opening.opens, opening.closes, opening.tire_minutes) == (time(17, 30), time(19, 30), 360)
    assert opening.advisors == [workshop.garage.advisors[0].pk]
    assert snow.raises.get().subject == ServiceGroup.objects.get().code
    assert snow.switched_on_at is None
    assert tire_minutes(workshop) == before


def test_the_page_shows_each_coming_day_without_and_with_the_mode(manager, workshop, evening):
    apply(manager, PREPARE, **evening)
    page = manager.get(f"{HERE}/first-snow/")
    day = next(one for one in page.context["days"] if one.day == workshop.day)
    assert (day.more_minutes, day.more_starts) == (360 + 90, 8)
    assert (day.tires_now.replace("\u00a0", " "), day.tires_then.replace("\u00a0", " ")) == ("8 h", "15.5 h")
    assert len(page.context["days"]) == 14
    # Looking changed nothing.
    assert FirstSnow.objects.get().switched_on_at is None


def test_one_click_switches_it_on_and_another_off_and_what_was_booked_stays(manager, workshop, evening):
    before = tire_minutes(workshop)
    apply(manager, PREPARE, **evening)
    on = press(manager, workshop, on=True)
    text = said(on)
    assert "First snow is on" in text
    assert "Switched on by Manager" in text
    assert tire_minutes(workshop) == before + 450
    booked = workshop.book(18)
    # The days are told apart while it is on, too.
    day = next(one for one in on.context["days"] if one.day == workshop.day)
    assert day.more_minutes == 450
    off = press(manager, workshop, on=False)
    assert "stays booked" in said(off)
    assert tire_minutes(workshop) == before
    booked.refresh_from_db()
    assert booked.status == "booked"
    assert not stranded_visits(workshop.garage.dealership, workshop.day, workshop.day)


def test_a_click_from_an_old_page_changes_nothing_and_says_so(manager, workshop, evening):
    apply(manager, PREPARE, **evening)
    page = press(manager, workshop, on=True, edition=0)
    assert "changed the capacity since" in said(page)
    assert FirstSnow.objects.get().switched_on_at is None


def test_on_without_a_preparation_is_refused(manager, workshop):
    assert "Prepare first-snow mode before" in said(press(manager, workshop, on=True))


def test_when_its_days_have_passed_the_banner_says_so(manager, workshop, evening):
    apply(manager, PREPARE, lasts_days="2", **evening)
    FirstSnow.objects.update(switched_on_at=clock.now() - timedelta(days=3))
    assert "First snow has run its days" in said(manager.get(f"{HERE}/first-snow/"))


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"lasts_days": "0"}, "lasts_days", "1 or more"),
        ({"lasts_days": "365"}, "lasts_days", "90 at most"),
        ({"notice_minutes": ""}, "notice_minutes", "number of minutes"),
        ({"notice_minutes": "-30"}, "notice_minutes", "negative"),
        ({"extra_tire_minutes": "5000"}, "extra_tire_minutes", "100 hours at most"),
        ({"opens-2": "18:00", "closes-2": "17:00", "hours-2": "4"}, "closes-2", "end must come after"),
        ({"opens-2": "18:00", "hours-2": "4"}, "closes-2", "Say until when"),
        ({"opens-2": "18:00", "closes-2": "20:00"}, "hours-2", "how many hours"),
        ({"hours-2": "4"}, "opens-2", "Say from when"),
        ({"raise-0": "-1"}, "raise-0", "negative"),
        (
            {"advisors-2": ["999999"], "opens-2": "18:00", "closes-2": "20:00", "hours-2": "2"},
            "advisors-2",
            "",
        ),
    ],
)
def test_impossible_preparations_are_refused_at_their_field(manager, workshop, fields, field, sentence):
    page = preview(manager, PREPARE, **fields)
    assert sentence in errors(page)[field][0]
    assert not FirstSnow.objects.exists()
    assert not CapacityEdit.objects.exists()
