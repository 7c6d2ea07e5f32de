"""A range changed: what it would do is shown before anything is written, and bad input keeps what was typed."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from booking.models import (
    Appointment,
    AppointmentEvent,
    CapacityChange,
    CapacityEdit,
    CapacityPool,
    PoolKind,
    Status,
)
from booking.stranded import stranded_visits
from dealerships.models import Role
from lib import clock
from notifications.models import Message
from tests.booking.storm import assert_sound
from tests.desk.capacity.conftest import CHANGE, days_after
from tests.desk.conftest import open_workshop


def stranded(workshop) -> list[str]:
    found = stranded_visits(workshop.garage.dealership, workshop.day, workshop.day)
    return [one.appointment.reference for one in found]


def choices(page, *, pick: int = 0, tell: bool = False) -> dict[str, object]:
    """The preview's form with a place chosen for each visit, the nearest by default."""
    fields: dict[str, object] = {"visit": [one.reference for one in page.context["visits"]]}
    for one in page.context["visits"]:
        fields[f"version-{one.reference}"] = one.version
        fields[f"choice-{one.reference}"] = one.proposals[pick].value
        if tell:
            fields[f"tell-{one.reference}"] = "yes"
    return fields


def test_the_preview_lists_who_would_have_to_move_and_writes_nothing(workshop, rack, ask):
    booked = workshop.book(14, basket=workshop.garage.basket("brakes"))
    workshop.book(9)
    page = ask(what="group:rack", part="pm")
    (visit,) = page.context["visits"]
    assert visit.reference == booked.reference
    assert (visit.name, visit.vehicle, visit.advisor) == ("Luc Tremblay", "Civic", booked.advisor.name)
    assert len(visit.proposals) == 3
    assert not CapacityEdit.objects.exists()
    assert not CapacityChange.objects.exists()
    assert not CapacityPool.objects.filter(closed=True).exists()


def test_no_place_is_proposed_that_the_change_itself_closes(workshop, rack, ask):
    workshop.book(14, basket=workshop.garage.basket("brakes"))
    page = ask(what="group:rack", part="pm")
    for place in page.context["visits"][0].proposals:
        day, hour = place.value[:10], int(place.value[11:13])
        assert (day, hour >= 12) != (str(workshop.day), True), place.value


def test_closing_an_afternoon_takes_nobody_more_and_keeps_who_is_left_in_the_list(workshop, rack, ask):
    booked = workshop.book(14, basket=workshop.garage.basket("brakes"))
    done = ask(what="group:rack", part="pm", apply=True)
    edit = CapacityEdit.objects.get()
    assert done.url.endswith(f"/capacity/week/{workshop.day}/?done={edit.pk}")
    assert stranded(workshop) == [booked.reference]
    booked.refresh_from_db()
    assert booked.status == Status.BOOKED
    assert_sound()


def test_visits_are_moved_with_the_change_and_told_only_if_ticked(workshop, rack, ask):
    told = workshop.book(14, basket=workshop.garage.basket("brakes"), name="Anne Roy")
    quiet = workshop.book(13, basket=workshop.garage.basket("brakes"), name="Luc Côté")
    page = ask(what="group:rack", part="pm")
    chosen = choices(page) | {f"tell-{told.reference}": "yes"}
    ask(what="group:rack", part="pm", apply=True, **chosen)
    for visit in (told, quiet):
        visit.refresh_from_db()
        assert visit.version == 2
        assert Message.objects.filter(about=visit.about, kind="moved").exists() is (visit == told)
    assert stranded(workshop) == []
    assert_sound()


def test_an_advisors_visit_may_stay_at_its_time_with_a_colleague(workshop, ask):
    first, second = workshop.garage.advisors
    booked = workshop.book(14, basket=workshop.garage.basket(advisor=first.pk))
    page = ask(what=f"advisor:{first.pk}", part="pm")
    (visit,) = page.context["visits"]
    assert (visit.proposals[0].same_time, visit.proposals[0].who) == (True, second.name)
    ask(what=f"advisor:{first.pk}", part="pm", apply=True, **choices(page))
    moved = Appointment.objects.get(pk=booked.pk)
    assert (moved.starts_at, moved.advisor) == (booked.starts_at, second)


def test_two_visits_are_not_proposed_the_same_nearest_place(workshop, ask):
    first = workshop.garage.advisors[0].pk
    for minute in (0, 15):
        workshop.book(14, minute, basket=workshop.garage.basket(advisor=first))
    visits = ask(what=f"advisor:{first}", part="pm").context["visits"]
    assert len({one.proposals[0].value for one in visits}) == 2


def test_a_place_taken_meanwhile_is_told_by_name_and_the_others_are_moved(workshop, rack, ask, manager):
    late = workshop.book(14, basket=workshop.garage.basket("brakes"), name="Anne Roy")
    fine = workshop.book(13, basket=workshop.garage.basket("brakes"), name="Luc Côté")
    page = ask(what="group:rack", part="pm")
    chosen = choices(page)
    wall, advisor = str(chosen[f"choice-{late.reference}"]).split("/")
    start = clock.at_local(date.fromisoformat(wall[:10]), _time(wall), workshop.garage.dealership.zone)
    workshop.garage.book(start, basket=workshop.garage.basket(advisor=int(advisor)), now=clock.now())
    done = ask(what="group:rack", part="pm", apply=True, **chosen)
    said = [str(one) for one in manager.get(done.url).context["messages"]]
    assert any("Anne Roy" in sentence for sentence in said)
    assert stranded(workshop) == [late.reference]
    fine.refresh_from_db()
    assert fine.version == 2


def _time(wall: str):
    return clock.datetime.fromisoformat(wall).time()


def test_the_first_place_is_chosen_for_all_without_javascript(workshop, rack, ask):
    for hour in (13, 14):
        workshop.book(hour, basket=workshop.garage.basket("brakes"))
    page = ask(what="group:rack", part="pm", pick="first")
    assert all(one.chosen == one.proposals[0].value for one in page.context["visits"])


def test_of_visits_over_a_limit_the_last_to_book_is_moved_and_the_others_may_stay(workshop, rack, ask):
    first = workshop.book(13, basket=workshop.garage.basket("brakes"))
    last = workshop.book(14, basket=workshop.garage.basket("brakes"))
    page = ask(what="group:rack", action="set", amount="1", pick="first")
    shown = {one.reference: one for one in page.context["visits"]}
    assert shown[first.reference].may_stay
    assert not shown[first.reference].chosen
    assert not shown[last.reference].may_stay
    assert shown[last.reference].chosen


def test_a_limit_is_set_raised_lowered_and_lifted(workshop, ask):
    shop = CapacityPool.objects.get(kind=PoolKind.SHOP_DAY, local_date=workshop.day)
    found = []
    for action, amount in (("raise", "1,5"), ("lower", "2.5"), ("set", "8"), ("set", ""), ("set", "0")):
        assert ask(action=action, amount=amount, apply=True).status_code == 302
        shop.refresh_from_db()
        found.append(shop.cap)
    assert found == [690, 540, 480, None, 0]


def test_full_keeps_who_is_booked_and_opening_again_takes_it_back(workshop, ask):
    workshop.book(8)
    ask(action="full", apply=True)
    assert CapacityPool.objects.get(kind=PoolKind.SHOP_DAY, local_date=workshop.day).closed
    assert stranded(workshop) == []
    ask(action="open", apply=True)
    assert not CapacityPool.objects.filter(local_date=workshop.day, closed=True).exists()


def test_a_range_of_days_changes_each_of_them(workshop, ask):
    ask(what="skill:tires", last_day=days_after(workshop, 8), apply=True)
    closed = CapacityPool.objects.filter(kind=PoolKind.SKILL_DAY, subject="tires", closed=True)
    days = set(closed.values_list("local_date", flat=True))
    assert min(days) == workshop.day
    assert max(days) <= workshop.day + timedelta(days=8)
    assert len(days) >= 6


# What is typed, and the field where the sentence stands.
BAD = {
    "end before start": ({"first_day": "LATER", "last_day": "THE DAY"}, "last_day"),
    "a past day": ({"first_day": "2020-01-06"}, "first_day"),
    "no day": ({"first_day": ""}, "first_day"),
    "a day that does not exist": ({"first_day": "2027-02-30"}, "first_day"),
    "a day of another age": ({"last_day": "9999-01-01"}, "last_day"),
    "more than a year": ({"last_day": "IN TWO YEARS"}, "last_day"),
    "nothing to change": ({"what": ""}, "what"),
    "an advisor of nowhere": ({"what": "advisor:999999"}, "what"),
    "no action": ({"action": ""}, "action"),
    "an action of nowhere": ({"action": "explode"}, "action"),
    "a part of nowhere": ({"part": "tea"}, "part"),
    "no reason": ({"reason": "  "}, "reason"),
    "a reason without end": ({"reason": "a" * 121}, "reason"),
    "a negative limit": ({"action": "set", "amount": "-3"}, "amount"),
    "a limit in words": ({"action": "set", "amount": "beaucoup"}, "amount"),
    "an absurd limit": ({"action": "set", "amount": "99999"}, "amount"),
    "half a customer": ({"what": "advisors", "action": "set", "amount": "2,5"}, "amount"),
    "raised by nothing": ({"action": "raise", "amount": ""}, "amount"),
    "lowered by zero": ({"action": "lower", "amount": "0"}, "amount"),
    "not a number": ({"action": "raise", "amount": "nan"}, "amount"),
    "infinite hours": ({"action": "raise", "amount": "inf"}, "amount"),
    "other hours without hours": ({"part": "times"}, "from_time"),
    "hours that end before they begin": (
        {"part": "times", "from_time": "14:00", "until_time": "13:00"},
        "until_time",
    ),
    "a time that is none": ({"part": "times", "from_time": "25:00", "until_time": "26:00"}, "from_time"),
    "hours outside opening": ({"part": "times", "from_time": "20:00", "until_time": "22:00"}, "part"),
    "hours of a limit of the day": ({"part": "pm", "action": "set", "amount": "5"}, "part"),
    "hours of courtesy cars": ({"what": "transport:courtesy_car", "part": "am"}, "part"),
    "hours of a group": (
        {"what": "group:rack", "part": "times", "from_time": "13:00", "until_time": "14:00"},
        "part",
    ),
    "hours of a skill without technicians": ({"what": "skill:tires", "part": "am"}, "part"),
    "a closed day": ({"first_day": "SUNDAY"}, "first_day"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_a_sentence_at_its_field_and_keeps_what_was_typed(case, workshop, rack, ask):
    fields, at = BAD[case]
    sunday = workshop.day + timedelta(days=6 - workshop.day.weekday())
    stand_ins = {
        "THE DAY": str(workshop.day),
        "LATER": days_after(workshop, 3),
        "IN TWO YEARS": days_after(workshop, 700),
        "SUNDAY": str(sunday),
    }
    typed = {name: stand_ins.get(value, value) for name, value in fields.items()}
    page = ask(reason=typed.pop("reason", "Panne du banc"), **typed)
    assert page.status_code == 422
    form = page.context["form"]
    assert form.errors[at], form.errors
    text = page.content.decode()
    assert f'id="{form[at].auto_id}_error"' in text
    if "reason" not in fields:
        assert 'value="Panne du banc"' in text
    for name, value in typed.items():
        if name in ("first_day", "last_day", "from_time", "until_time", "amount") and value:
            assert f'value="{value}"' in text, name
    assert not CapacityEdit.objects.exists()


def test_a_time_that_the_clocks_jump_over_is_refused(workshop, ask):
    """The second Sunday of March, 2:30 in Montréal."""
    spring = next(
        day
        for offset in range(1, 200)
        if (day := date(clock.now().year + 1, 3, 1) + timedelta(days=offset)).weekday() == 6 and day.day > 7
    )
    page = ask(first_day=str(spring), part="times", from_time="02:30", until_time="04:00")
    assert page.context["form"].errors["from_time"]


def test_to_change_something_the_form_comes_back_as_it_was(workshop, manager):
    typed = {
        "what": "skill:tires", "first_day": str(workshop.day), "part": "day", "action": "lower", "amount": "2",
        "reason": "Formation", "edit": "yes",
    }  # fmt: skip
    page = manager.post(CHANGE, typed)
    assert page.status_code == 200
    text = page.content.decode()
    for part in ('value="Formation"', 'value="2"', f'value="{workshop.day}"', 'value="skill:tires"'):
        assert part in text
    assert not page.context["form"].errors


def test_two_managers_at_once_the_second_looks_again_and_keeps_what_they_chose(workshop, rack, ask, sign_in):
    booked = workshop.book(14, basket=workshop.garage.basket("brakes"))
    page = ask(what="group:rack", part="pm")
    edition = page.context["edition"]
    assert ask(what="skill:tires", action="lower", amount="1", apply=True).status_code == 302
    chosen = choices(page, tell=True)
    again = ask(what="group:rack", part="pm", apply=True, **{**chosen, "edition": edition})
    assert again.status_code == 409
    (visit,) = again.context["visits"]
    assert (visit.chosen, visit.tell) == (chosen[f"choice-{booked.reference}"], True)
    assert again.context["problem"]
    assert CapacityEdit.objects.count() == 1
    done = ask(what="group:rack", part="pm", apply=True, **{**chosen, "edition": again.context["edition"]})
    assert done.status_code == 302
    assert CapacityEdit.objects.count() == 2


def test_the_same_form_sent_twice_is_one_change_and_one_move(workshop, rack, ask):
    booked = workshop.book(14, basket=workshop.garage.basket("brakes"))
    page = ask(what="group:rack", part="pm")
    sent = {"edition": page.context["edition"], **choices(page)}
    answers = [ask(what="group:rack", part="pm", apply=True, **sent) for _click in range(2)]
    assert answers[0].url == answers[1].url
    assert CapacityEdit.objects.count() == CapacityChange.objects.count() == 1
    assert AppointmentEvent.objects.filter(appointment=booked, kind="moved").count() == 1


def test_closing_everything_that_is_left_must_be_meant(workshop, ask):
    last = days_after(workshop, 60)
    page = ask(last_day=last)
    assert page.context["closes"] > 5
    refused = ask(last_day=last, apply=True, closes="18")
    assert refused.context["unsure"]
    assert not CapacityEdit.objects.exists()


def test_advisors_may_look_and_not_change(workshop, sign_in, ask):
    advisor = sign_in(Role.ADVISOR)
    assert ask(client=advisor, apply=True).status_code == 403
    assert not CapacityEdit.objects.exists()


def test_another_rooftops_visits_cannot_be_moved_along(workshop, ask):
    elsewhere = open_workshop(slug="riviere", advisors=1)
    theirs = elsewhere.book(8)
    ask(
        apply=True,
        **{
            "visit": [theirs.reference],
            f"version-{theirs.reference}": 1,
            f"choice-{theirs.reference}": elsewhere.wall(10),
        },
    )
    theirs.refresh_from_db()
    assert theirs.version == 1


def test_a_week_is_copied_after_its_preview_and_undone(workshop, manager, ask):
    ask(what="skill:tires", action="lower", amount="2", apply=True)
    source, target = workshop.day, workshop.day + timedelta(days=7)
    data = {"from_day": str(source), "to_day": str(target)}
    page = manager.post("/desk/boreal/capacity/copy/", data | {"preview": "yes"})
    assert page.status_code == 200
    assert CapacityEdit.objects.count() == 1
    sent = data | {"apply": "yes", "edition": page.context["edition"]}
    assert manager.post("/desk/boreal/capacity/copy/", sent).status_code == 302
    tires = CapacityPool.objects.get(kind=PoolKind.SKILL_DAY, subject="tires", local_date=target)
    assert tires.cap == 360
    shown = manager.get(f"/desk/boreal/capacity/week/{target}/?done={CapacityEdit.objects.first().pk}")
    edition = re.search(r'name="edition" value="(\d+)"', shown.content.decode())
    manager.post("/desk/boreal/capacity/journal/undo/", {"edition": edition[1]})
    tires.refresh_from_db()
    assert tires.cap == 480


@pytest.mark.parametrize(
    ("source", "target"),
    [("", ""), ("x", "y"), ("SAME", "SAME"), ("SAME", "2020-01-06"), ("2030-02-30", "SAME")],
)
def test_an_impossible_copy_is_a_sentence(source, target, workshop, manager):
    data = {
        "from_day": source.replace("SAME", str(workshop.day)),
        "to_day": target.replace("SAME", str(workshop.day)),
        "preview": "yes",
    }
    page = manager.post("/desk/boreal/capacity/copy/", data)
    assert page.status_code == 422
    assert page.context["form"].errors
