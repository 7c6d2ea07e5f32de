"""One click, done at once when nobody has to move for it and previewed when somebody does: away today, and undo."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time, timedelta

import pytest
import time_machine
from django.http import HttpResponse

from booking.actions import edit as editing
from booking.actions.edit import edition_of
from booking.actions.refresh import refresh_pools
from booking.actions.retry import Busy
from booking.models import Appointment, CapacityEdit, CapacityPool, FirstSnow, PoolKind
from booking.stranded import stranded_visits
from dealerships.models import Closure, StaffMember
from lib import clock
from tests.desk.capacity.ruling import HERE, agreed, apply, said
from tests.desk.conftest import Workshop
from tests.garage import MONDAY, make_garage

BEHIND = "saved, but not shown everywhere yet"
STALE = "Somebody changed the capacity since this page was made"


@pytest.fixture
def workshop(db) -> Iterator[Workshop]:
    """A Monday at half past six in the morning: the phone rings, and the day's visits are booked."""
    with time_machine.travel(clock.at_local(MONDAY, time(6, 30), "America/Toronto")):
        yield Workshop(make_garage(today=MONDAY), MONDAY)


@pytest.fixture
def julie(workshop) -> StaffMember:
    return workshop.garage.advisors[0]


def book_with(workshop: Workshop, person: StaffMember, hour: int = 10) -> Appointment:
    return workshop.book(hour, basket=workshop.garage.basket(advisor=person.pk))


def pools() -> list[dict]:
    return list(CapacityPool.objects.order_by("pk").values())


def messages(page: HttpResponse) -> str:
    return " ".join(str(one) for one in page.context["messages"])


class TestAwayToday:
    def press(self, client, workshop, person, *, edition: int | None = None, **more) -> HttpResponse:
        current = edition_of(workshop.garage.dealership) if edition is None else edition
        url = f"{HERE}/people/{person.pk}/away-today/"
        return client.post(url, {"edition": current, **more}, follow=True)

    def test_nobody_is_stranded_so_one_press_does_it(self, manager, workshop, julie):
        book_with(workshop, workshop.garage.advisors[1])
        page = self.press(manager, workshop, julie)
        [(closure, edit)] = zip(julie.closures.all(), CapacityEdit.objects.all(), strict=True)
        assert (closure.first_day, closure.last_day) == (MONDAY, MONDAY)
        assert page.redirect_chain == [(f"{HERE}/people/?done={edit.pk}", 302)]

    def test_somebody_is_stranded_so_it_is_previewed_and_nothing_is_changed(self, manager, workshop, julie):
        booked, before = book_with(workshop, julie), pools()
        page = self.press(manager, workshop, julie)
        assert [one.reference for one in page.context["preview"].visits] == [booked.reference]
        assert page.context["preview"].visits[0].proposals
        assert "Preview: nothing is changed yet" in said(page)
        assert f"tell-{booked.reference}" in said(page)
        assert "checked" not in said(page).split(f'name="tell-{booked.reference}"')[1].split(">")[0]
        assert not julie.closures.exists()
        assert not CapacityEdit.objects.exists()
        assert pools() == before

    def test_confirmed_it_is_done_and_who_has_no_new_place_waits_in_the_list(self, manager, workshop, julie):
        booked = book_with(workshop, julie)
        page = self.press(manager, workshop, julie)
        done = self.press(manager, workshop, julie, **agreed(page, {}))
        assert julie.closures.count() == 1
        assert "1 visit is to be moved" in said(done)
        stranded = stranded_visits(workshop.garage.dealership, MONDAY, MONDAY)
        assert [one.appointment for one in stranded] == [booked]

    def test_confirmed_with_a_place_the_visit_moves_there(self, manager, workshop, julie):
        booked = book_with(workshop, julie)
        page = self.press(manager, workshop, julie)
        visit = page.context["preview"].visits[0]
        choice = {
            "visit": visit.reference, f"version-{visit.reference}": visit.version,
            f"choice-{visit.reference}": visit.proposals[0].value,
        }  # fmt: skip
        self.press(manager, workshop, julie, **agreed(page, choice))
        booked.refresh_from_db()
        assert booked.advisor == workshop.garage.advisors[1]
        assert not stranded_visits(workshop.garage.dealership, MONDAY, MONDAY)

    def test_the_first_place_chosen_for_all_is_another_look_and_no_change(self, manager, workshop, julie):
        book_with(workshop, julie)
        page = self.press(manager, workshop, julie, pick="first")
        assert page.context["preview"].visits[0].chosen
        assert not julie.closures.exists()

    def test_a_preview_from_before_somebody_elses_change_is_refused(self, manager, workshop, julie, ask):
        book_with(workshop, julie)
        page = self.press(manager, workshop, julie)
        ask(what="skill:tires", action="lower", amount="1", apply=True)
        late = self.press(manager, workshop, julie, **agreed(page, {}))
        assert STALE in messages(late)
        assert not julie.closures.exists()

    def test_a_press_on_a_page_from_before_is_refused(self, manager, workshop, julie, ask):
        ask(what="skill:tires", action="lower", amount="1", apply=True)
        assert STALE in messages(self.press(manager, workshop, julie, edition=0))
        assert not julie.closures.exists()

    def test_who_is_away_already_is_not_noted_twice(self, manager, workshop, julie):
        self.press(manager, workshop, julie)
        assert "already so" in messages(self.press(manager, workshop, julie))
        assert julie.closures.count() == 1

    def test_opened_by_its_address_it_asks_and_its_preview_changes_nothing(self, manager, workshop, julie):
        page = manager.get(f"{HERE}/people/{julie.pk}/away-today/")
        assert "is away today" in said(page)
        page = self.press(manager, workshop, julie, edition=page.context["edition"], preview="yes")
        assert page.context["preview"].stranded == 0
        assert not julie.closures.exists()


class TestUndo:
    URL = f"{HERE}/journal/undo/"

    def press(self, client, workshop, *, edition: int | None = None, **more) -> HttpResponse:
        current = edition_of(workshop.garage.dealership) if edition is None else edition
        return client.post(self.URL, {"edition": current, **more}, follow=True)

    def tires(self) -> int | None:
        return CapacityPool.objects.get(kind=PoolKind.SKILL_DAY, subject="tires", local_date=MONDAY).cap

    @pytest.fixture
    def raised(self, workshop, ask) -> Appointment:
        """An hour of tires was raised to three; the second visit came into the difference."""
        ask(what="skill:tires", action="lower", amount="7", apply=True)
        ask(what="skill:tires", action="raise", amount="2", apply=True)
        workshop.book(9)
        return workshop.book(10, name="Ann Roy")

    def test_nobody_is_stranded_so_one_press_does_it(self, manager, workshop, ask):
        ask(what="skill:tires", action="lower", amount="7", apply=True)
        page = self.press(manager, workshop)
        assert "Taken back" in messages(page)
        assert page.redirect_chain == [(f"{HERE}/journal/", 302)]
        assert self.tires() == 480

    def test_somebody_is_stranded_so_it_is_previewed_and_nothing_is_changed(self, manager, workshop, raised):
        before, edition = pools(), edition_of(workshop.garage.dealership)
        page = self.press(manager, workshop)
        assert raised.reference in [one.reference for one in page.context["preview"].visits]
        assert CapacityEdit.objects.first().summary_en in said(page)
        assert (pools(), edition_of(workshop.garage.dealership)) == (before, edition)
        assert not CapacityEdit.objects.filter(undone_at__isnull=False).exists()

    @pytest.mark.usefixtures("raised")
    def test_confirmed_it_is_done_and_comes_back_to_the_week_it_was_asked_from(self, manager, workshop):
        kept = {"week": str(MONDAY)}
        page = self.press(manager, workshop, **kept)
        assert f'name="week" value="{MONDAY}"' in said(page)
        done = self.press(manager, workshop, **agreed(page, kept))
        assert done.redirect_chain == [(f"{HERE}/week/{MONDAY}/", 302)]
        assert "Taken back" in messages(done)
        assert self.tires() == 90  # what is taken is never undercut
        assert stranded_visits(workshop.garage.dealership, MONDAY, MONDAY)

    @pytest.mark.usefixtures("raised")
    def test_a_preview_from_before_somebody_elses_change_takes_nothing_back(self, manager, workshop, ask):
        page = self.press(manager, workshop)
        ask(what="shop", action="lower", amount="1", apply=True)
        assert STALE in messages(self.press(manager, workshop, **agreed(page, {})))
        assert not CapacityEdit.objects.filter(undone_at__isnull=False).exists()

    def test_what_would_close_very_much_is_previewed_and_wants_its_box_ticked(self, manager, workshop):
        away = Closure.objects.create(
            dealership=workshop.garage.dealership, first_day=MONDAY, last_day=MONDAY + timedelta(days=40),
            reason_fr="Travaux", reason_en="Works",
        )  # fmt: skip
        refresh_pools(dealership=workshop.garage.dealership)
        apply(manager, f"/rules/closures/{away.pk}/delete/")
        page = self.press(manager, workshop)
        assert page.context["preview"].closes > 10
        page = self.press(manager, workshop, **agreed(page, {}))
        assert "Tick the box" in said(page)
        assert not Closure.objects.filter(pk=away.pk).exists()
        self.press(manager, workshop, **agreed(page, {}, sure="yes"))
        assert Closure.objects.filter(pk=away.pk).exists()

    def test_opened_by_its_address_it_asks_or_says_that_there_is_nothing(self, manager, workshop, ask):
        assert "no change to take back" in messages(manager.get(self.URL, follow=True))
        ask(what="skill:tires", action="lower", amount="7", apply=True)
        page = manager.get(self.URL)
        assert CapacityEdit.objects.get().summary_en in said(page)
        assert page.context["preview"] is None
        assert self.press(manager, workshop, preview="yes").context["preview"].stranded == 0
        assert self.tires() == 60


class TestTooBusy:
    """The rules are saved, the pools follow within a minute: every page that changes something says so."""

    @pytest.fixture(autouse=True)
    def crowd(self, monkeypatch):
        def busy(**options):
            raise Busy

        monkeypatch.setattr(editing, "refresh_pools", busy)

    def heard(self, manager) -> str:
        return messages(manager.get(f"{HERE}/"))

    def test_a_change_of_rules(self, manager, julie):
        apply(manager, f"/people/{julie.pk}/away/", first_day=str(MONDAY + timedelta(days=1)))
        assert BEHIND in self.heard(manager)

    def test_a_range_and_then_its_undo(self, manager, workshop, ask):
        ask(what="skill:tires", action="lower", amount="1", apply=True)
        assert "ne paraît pas encore partout" in self.heard(manager)
        manager.post(f"{HERE}/journal/undo/", {"edition": edition_of(workshop.garage.dealership)})
        assert BEHIND in self.heard(manager)

    def test_somebody_away_today(self, manager, julie):
        manager.post(f"{HERE}/people/{julie.pk}/away-today/", {"edition": 0})
        assert julie.closures.exists()
        assert BEHIND in self.heard(manager)

    @pytest.mark.usefixtures("workshop")
    def test_a_full_day(self, manager):
        manager.post(f"{HERE}/full/", {"day": str(MONDAY)})
        assert BEHIND in self.heard(manager)

    def test_first_snow(self, manager, workshop):
        FirstSnow.objects.create(dealership=workshop.garage.dealership)
        manager.post(f"{HERE}/first-snow/switch/", {"on": "yes", "edition": 0})
        assert BEHIND in self.heard(manager)


def test_what_follows_at_once_is_not_spoken_of(manager, julie):
    apply(manager, f"/people/{julie.pk}/away/", first_day=str(MONDAY))
    assert "everywhere yet" not in said(manager.get(f"{HERE}/"))
