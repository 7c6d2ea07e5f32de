"""Customers who take anybody are spread evenly over the advisors."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import combinations

import pytest

from booking.availability import find_availability
from booking.demo.dice import dice
from booking.menu import load_menu, plan
from booking.models import Appointment
from lib import clock
from tests.garage import MONDAY, NOW, make_garage

pytestmark = pytest.mark.django_db
BOOKINGS = 60
# So many visits a day more than a colleague nobody notices.
MOST_APART = 2


@pytest.mark.parametrize("early", [True, False], ids=["all come early", "at any hour"])
def test_a_week_of_bookings_with_anybody_leaves_nobody_with_much_more_than_a_colleague(early: bool) -> None:
    garage = make_garage(advisors=3, shop_minutes=None, tire_minutes=None)
    demand = plan(load_menu(garage.dealership), garage.basket())
    rng = dice("fair load")
    for number in range(BOOKINGS):
        day = MONDAY + timedelta(days=number % 6)
        starts = find_availability(garage.dealership, demand, first_day=day, days=1, now=NOW).days[day]
        garage.book(starts[0].starts_at if early else rng.choice(starts).starts_at)

    loads = Counter(Appointment.objects.values_list("local_date", "advisor"))
    assert sum(loads.values()) == BOOKINGS
    people = [advisor.pk for advisor in garage.advisors]
    for day in clock.local_days(MONDAY, 6):
        assert sum(loads[day, one] for one in people) == BOOKINGS // 6
        apart = [abs(loads[day, one] - loads[day, other]) for one, other in combinations(people, 2)]
        assert max(apart) <= MOST_APART, (day, apart)
    weeks = [sum(loads[day, one] for day in clock.local_days(MONDAY, 6)) for one in people]
    assert max(weeks) - min(weeks) <= MOST_APART, weeks
