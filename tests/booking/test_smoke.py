import pytest
from booking.availability import find_availability
from booking.menu import load_menu, plan
from booking.actions.move import move_appointment
from booking.actions.cancel import cancel_appointment
from booking.actions.history import CUSTOMER
from booking.actions.holds import hold_start
from booking.models import CapacityPool
from notifications.models import Message
from tests.garage import NOW, MONDAY, make_garage

@pytest.mark.django_db
def test_it_books():
    g = make_garage()
    d = plan(load_menu(g.dealership), g.basket())
    a = find_availability(g.dealership, d, first_day=MONDAY, days=1, now=NOW)
    print(len(a.days[MONDAY]), a.first)
    x = g.book(g.at(8))
    print(x.reference, x.starts_at, x.ready_at, [ (m.kind,m.channel,m.not_before,m.state) for m in Message.objects.all()])
    m = move_appointment(appointment=x, start=g.at(9,15), by=CUSTOMER, version=1, now=NOW)
    print(m.version, m.starts_at, [(p.kind,p.subject,p.used) for p in CapacityPool.objects.filter(used__gt=0)])
    h = hold_start(dealership=g.dealership, basket=g.basket(), start=g.at(10), holder="s1", now=NOW)
    print(h.expires_at)
    y = g.book(g.at(10), hold=h)
    c = cancel_appointment(appointment=m, by=CUSTOMER, now=NOW)
    print([(p.kind,p.subject,p.used) for p in CapacityPool.objects.filter(used__gt=0)])
    print([ (m.kind,m.channel,m.version,m.state) for m in Message.objects.order_by('created_at')])
