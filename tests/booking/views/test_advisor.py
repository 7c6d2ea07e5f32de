"""Any advisor, or one's own: what is offered to whom, and that the choice holds until it is booked."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from booking.advisors import first_starts
from booking.menu import load_menu, plan
from booking.models import Appointment, CapacityPool, Hold, PoolKind, Status
from customers.models import Customer
from dealerships.models import Role, StaffMember, User
from lib import clock
from tests.booking.views.conftest import LUC, Visitor, said
from tests.booking.views.test_time import QUERIES

FIRST, SECOND = 0, 1
NOBODY_KNOWN = said("Choose an advisor")


def text_of(response: HttpResponse) -> str:
    """The page as it is read."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def chips(response: HttpResponse) -> list[tuple[str, str, bool]]:
    """(what it says, since when, whether it is the present choice) of each advisor's chip."""
    rows = re.findall(
        r'<a class="chip chip-link chip-advisor"[^>]*?(aria-current="true")?>'
        r'<strong>(.*?)</strong> <span class="quiet">(.*?)</span>',
        response.content.decode(),
    )
    return [(unescape(label), unescape(since), bool(current)) for current, label, since in rows]


def name_them(visitor: Visitor, *names: str) -> None:
    for advisor, name in zip(visitor.garage.advisors, names, strict=True):
        advisor.name = name
        advisor.save(update_fields=["name"])


def take_away(visitor: Visitor, which: int, *, days: int) -> None:
    """The advisor is away for so many days from today on."""
    today = clock.local(clock.now(), "America/Toronto").date()
    CapacityPool.objects.filter(
        kind__in=[PoolKind.ADVISOR_CELL, PoolKind.ADVISOR_DAY],
        subject=str(visitor.garage.advisors[which].pk),
        local_date__lt=today + timedelta(days=days),
    ).update(closed=True)


def sign_in(visitor: Visitor, which: int = SECOND) -> User:
    """A customer who was received by this advisor last month."""
    garage = visitor.garage
    past = clock.now() - timedelta(days=30)
    user = User.objects.create_user("luc@example.com")
    visit = garage.book(visitor.starts()[-1].starts_at, now=clock.now())
    Customer.objects.filter(pk=visit.customer_id).update(user=user)
    Appointment.objects.filter(pk=visit.pk).update(
        advisor=garage.advisors[which], status=Status.COMPLETED, starts_at=past,
        ready_at=past + timedelta(hours=2), local_date=past.date(),
    )  # fmt: skip
    visitor.client.force_login(user)
    return user


def test_a_guest_is_offered_anybody_and_a_link_at_no_cost(visitor: Visitor) -> None:
    visitor.to_time()
    with CaptureQueriesContext(connection) as queries:
        page = visitor.get("book/time/")
    assert chips(page) == []
    assert NOBODY_KNOWN in text_of(page)
    assert len(queries) <= QUERIES


def test_who_types_somebody_s_telephone_or_plate_learns_no_name(visitor: Visitor) -> None:
    name_them(visitor, "Mathieu Gagnon", "Fabienne Joseph")
    visitor.garage.book(visitor.starts()[-1].starts_at, now=clock.now(), plate="T55VPZ")
    Appointment.objects.update(status=Status.COMPLETED)
    visitor.to_time(plate="T55 VPZ")
    visitor.choose(visitor.starts()[0])
    visitor.post("book/contact/", LUC)
    page = visitor.get("book/time/")
    assert chips(page) == []
    assert not {"Mathieu", "Fabienne"} & set(text_of(page).split())


def test_a_known_customer_is_offered_their_last_advisor_with_that_one_s_own_first_date(
    visitor: Visitor,
) -> None:
    name_them(visitor, "Mathieu Gagnon", "Fabienne Joseph")
    sign_in(visitor, SECOND)
    take_away(visitor, SECOND, days=6)
    visitor.to_time()

    page = visitor.get("book/time/")

    anybody, own = chips(page)
    assert (anybody[0], anybody[2]) == (said("Anyone, soonest"), True)
    assert own[0] == said("%(name)s, as last time") % {"name": "Fabienne"}
    assert own[2] is False
    demand = plan(load_menu(visitor.garage.dealership), visitor.garage.basket())
    second = visitor.garage.advisors[SECOND].pk
    firsts = first_starts(visitor.garage.dealership, demand, now=clock.now(), among={second})
    day = clock.local(firsts.of[second].starts_at, "America/Toronto")
    assert day.date() >= clock.local(clock.now(), "America/Toronto").date() + timedelta(days=6)
    assert own[1] == said("from %(date)s") % {"date": clock.say_short_date(day, "fr")}
    assert anybody[1] != own[1]


def test_an_advisor_who_left_is_not_offered(visitor: Visitor) -> None:
    sign_in(visitor, SECOND)
    StaffMember.objects.filter(pk=visitor.garage.advisors[SECOND].pk).update(active=False)
    visitor.to_time()
    assert chips(visitor.get("book/time/")) == []


def test_the_choice_is_held_booked_and_kept_until_another_is_made(visitor: Visitor) -> None:
    name_them(visitor, "Mathieu Gagnon", "Fabienne Joseph")
    chosen = visitor.garage.advisors[SECOND]
    visitor.to_time()
    page = visitor.get("book/time/", advisor=chosen.pk)
    assert [(label, current) for label, _since, current in chips(page)] == [
        (said("Anyone, soonest"), False),
        ("Fabienne", True),
    ]
    assert f'<input type="hidden" name="advisor" value="{chosen.pk}">' in page.content.decode()
    start = visitor.starts()[3].starts_at

    asked = {"start": start.isoformat(), "transport": "drop_off", "advisor": chosen.pk}
    assert visitor.post("book/time/", asked).status_code == 303

    hold = Hold.objects.get()
    assert (hold.advisor, hold.basket["advisor"]) == (chosen, chosen.pk)
    assert chips(visitor.get("book/time/"))[1][2] is True
    visitor.post("book/contact/", LUC)
    check = visitor.get("book/check/")
    words = said("with %(name)s") % {"name": "Fabienne"}
    assert words[0].upper() + words[1:] in text_of(check)
    visitor.post("book/check/", visitor.confirmation())
    assert Appointment.objects.get().advisor == chosen


def test_switching_back_to_anybody_works(visitor: Visitor) -> None:
    chosen = visitor.garage.advisors[SECOND]
    visitor.to_time()
    start = visitor.starts()[3].starts_at
    asked = {"start": start.isoformat(), "transport": "drop_off"}
    visitor.post("book/time/", {**asked, "advisor": chosen.pk})

    page = visitor.get("book/time/", advisor="any")
    assert chips(page) == []
    assert 'type="hidden" name="advisor" value="any"' in page.content.decode()
    # Every link of the page goes on with anybody, although the draft still has the other choice.
    assert all(
        "advisor=any" in link for link in re.findall(r'href="([^"]*[?&]day=[^"]*)"', page.content.decode())
    )
    visitor.post("book/time/", asked)

    assert Hold.objects.get().basket["advisor"] is None
    visitor.post("book/contact/", LUC)
    visitor.post("book/check/", visitor.confirmation())
    assert Appointment.objects.count() == 1


def test_the_list_has_first_names_languages_and_each_one_s_own_first_date(visitor: Visitor) -> None:
    name_them(visitor, "Marc Tremblay", "Marc Roy")
    StaffMember.objects.filter(name="Marc Roy").update(languages=["fr"])
    take_away(visitor, FIRST, days=60)
    visitor.to_time()
    page = text_of(visitor.get("book/time/", advisors="list"))
    assert (
        f"Marc\xa0T. {said('French')}, {said('English').lower()} {said('no time online')}".replace(
            "\xa0", " "
        )
        in page
    )
    assert f"Marc R. {said('French')} " in page.replace("\xa0", " ")
    assert "Tremblay" not in page


def test_the_list_costs_the_same_for_two_advisors_and_for_ten(visitor: Visitor) -> None:
    visitor.to_time()
    visitor.choose(visitor.starts()[0])
    counts = [count_queries(visitor, advisors="list")]
    for number in range(8):
        one = StaffMember.objects.create(
            dealership=visitor.garage.dealership, role=Role.ADVISOR, name=f"Conseiller {number + 3}"
        )
        pools = CapacityPool.objects.filter(subject=str(visitor.garage.advisors[FIRST].pk))
        CapacityPool.objects.bulk_create(
            CapacityPool(
                dealership=pool.dealership, kind=pool.kind, subject=str(one.pk), local_date=pool.local_date,
                starts_at=pool.starts_at, cap=pool.cap,
            )
            for pool in pools
        )  # fmt: skip
    visitor.get("book/time/")  # the rules are read anew once
    counts.append(count_queries(visitor, advisors="list"))
    # The advisors; rules, this session's claims and pools of the next two weeks.
    assert counts == [QUERIES + 4] * 2


def count_queries(visitor: Visitor, **query: object) -> int:
    with CaptureQueriesContext(connection) as queries:
        page = visitor.get("book/time/", **query)
    assert page.status_code == 200
    return len(queries)


def test_a_known_customer_costs_five_small_queries_more(visitor: Visitor) -> None:
    sign_in(visitor)
    visitor.to_time()
    visitor.choose(visitor.starts()[0])
    # Who is signed in, their last visit; rules, this session's claims and pools.
    assert count_queries(visitor) == QUERIES + 5


@pytest.mark.parametrize("text", ["0", "999999", "x", "-1", "1e3", "٣", "9" * 40])
def test_whoever_is_not_here_gives_a_sentence_and_the_others_times(visitor: Visitor, text: str) -> None:
    visitor.to_time()
    page = visitor.get("book/time/", advisor=text)
    sentence = said(
        "That advisor does not take appointments at the moment. Here are the times with the others."
    )
    assert page.status_code == 200
    assert sentence in text_of(page)
    assert 'class="slot-time"' in page.content.decode()
    start = visitor.starts()[3].starts_at
    answer = visitor.post(
        "book/time/", {"start": start.isoformat(), "transport": "drop_off", "advisor": text}
    )
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert not Hold.objects.exists()


def test_an_advisor_without_any_time_gives_a_sentence_and_the_soonest_with_anybody(visitor: Visitor) -> None:
    name_them(visitor, "Mathieu Gagnon", "Fabienne Joseph")
    take_away(visitor, SECOND, days=60)
    visitor.to_time()
    page = visitor.get("book/time/", advisor=visitor.garage.advisors[SECOND].pk)
    sentence = "%(name)s has no time online in the coming weeks. Here are the times with the others."
    assert said(sentence) % {"name": "Fabienne"} in text_of(page)
    assert 'class="slot-time"' in page.content.decode()
    assert f'name="advisor" value="{visitor.garage.advisors[SECOND].pk}"' not in page.content.decode()


def test_a_day_without_the_advisor_says_so_and_when_they_are_free(visitor: Visitor) -> None:
    name_them(visitor, "Mathieu Gagnon", "Fabienne Joseph")
    take_away(visitor, SECOND, days=6)
    visitor.to_time()
    day = clock.local(visitor.starts()[0].starts_at, "America/Toronto").date()
    page = text_of(visitor.get("book/time/", advisor=visitor.garage.advisors[SECOND].pk, day=day.isoformat()))
    assert said("%(name)s has no time that day.") % {"name": "Fabienne"} in page


def test_a_chosen_advisor_who_leaves_before_the_end_gives_way_to_the_others(visitor: Visitor) -> None:
    chosen = visitor.garage.advisors[SECOND]
    visitor.to_time()
    start = visitor.starts()[3].starts_at
    asked = {"start": start.isoformat(), "transport": "drop_off"}
    visitor.post("book/time/", {**asked, "advisor": chosen.pk})
    StaffMember.objects.filter(pk=chosen.pk).update(active=False)
    take_away(visitor, SECOND, days=60)
    page = visitor.get("book/time/")
    assert said(
        "That advisor does not take appointments at the moment. Here are the times with the others."
    ) in (text_of(page))
    assert visitor.post("book/time/", asked).status_code == 303
    assert Hold.objects.get(state="held").advisor == visitor.garage.advisors[FIRST]


def test_a_taken_time_with_one_s_advisor_offers_others_with_the_same(visitor: Visitor) -> None:
    chosen = visitor.garage.advisors[SECOND]
    visitor.to_time()
    start = visitor.starts()[3].starts_at
    CapacityPool.objects.filter(kind=PoolKind.ADVISOR_CELL, subject=str(chosen.pk), starts_at=start).update(
        closed=True
    )
    answer = visitor.post(
        "book/time/", {"start": start.isoformat(), "transport": "drop_off", "advisor": chosen.pk}
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    lost = page[page.index('class="chip-row mt-2"') :]
    assert f'name="advisor" value="{chosen.pk}"' in lost[: lost.index("</form>")]
    assert page.count('class="chip chip-link chip-time"') == 3


def test_moving_offers_the_present_advisor_first_and_moves_to_whom_is_chosen(visitor: Visitor) -> None:
    name_them(visitor, "Mathieu Gagnon", "Fabienne Joseph")
    booked = visitor.book()
    present = booked.advisor
    other = next(one for one in visitor.garage.advisors if one.pk != present.pk)
    page = visitor.get("appointment/move/")
    assert [label for label, _since, _current in chips(page)] == [
        said("Anyone, soonest"),
        said("%(name)s, as planned") % {"name": present.name.split()[0]},
    ]
    start = visitor.starts()[5].starts_at
    answer = visitor.post(
        "appointment/move/", {"start": start.isoformat(), "version": "1", "advisor": other.pk}
    )
    assert answer.status_code == 303
    moved = Appointment.objects.get()
    assert (moved.starts_at, moved.advisor_id) == (start, other.pk)


def test_moving_with_an_advisor_who_left_says_so_and_keeps_the_old_place(visitor: Visitor) -> None:
    booked = visitor.book()
    StaffMember.objects.filter(pk=booked.advisor_id).update(active=False)
    assert chips(visitor.get("appointment/move/")) == []
    answer = visitor.post(
        "appointment/move/",
        {"start": visitor.starts()[5].starts_at.isoformat(), "version": "1", "advisor": booked.advisor_id},
    )
    sentence = said(
        "That advisor does not take appointments at the moment. Here are the times with the others."
    )
    assert answer.status_code == 422
    assert text_of(answer).count(sentence) == 1
    assert Appointment.objects.get().version == 1


def test_english_says_it_in_english(visitor: Visitor) -> None:
    name_them(visitor, "Mathieu Gagnon", "Fabienne Joseph")
    sign_in(visitor)
    there = Visitor(visitor.garage, "en", visitor.client)
    there.to_time()
    assert [label for label, _since, _current in chips(there.get("book/time/"))] == [
        "Anyone, soonest",
        "Fabienne, as last time",
    ]


def test_who_is_away_for_a_fortnight_is_found_after_it_in_five_queries(visitor: Visitor) -> None:
    one = visitor.garage.advisors[FIRST]
    demand = plan(load_menu(visitor.garage.dealership), visitor.garage.basket())
    take_away(visitor, FIRST, days=16)
    with CaptureQueriesContext(connection) as queries:
        firsts = first_starts(visitor.garage.dealership, demand, now=clock.now(), among={one.pk})
    assert len(queries) <= 5
    assert firsts.anybody
    assert firsts.of[one.pk].starts_at >= firsts.anybody.starts_at + timedelta(days=13)
    assert one.pk in firsts.of[one.pk].advisors
