"""Whose text message it is, and which dealership reads it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.models import Status
from booking.replies import NobodyThere
from customers.details import Contact
from customers.models import Customer
from dealerships.models import Dealership, Group
from notifications.models import Conversation, Incoming, Suppression
from tests.booking.texts import ADA, LUC, OPEN, TUESDAY, answers, status, thread, write
from tests.garage import NOW, make_garage


def test_the_dealership_is_the_one_whose_number_was_written_to(civic, garage):
    other = make_garage(slug="riviere")
    Dealership.objects.filter(pk=other.dealership.pk).update(sms_sender="+14505550191")
    write("allo", to="+14505550191")
    assert thread().dealership == other.dealership
    # The other rooftop's number is not where the visit was written from.
    write("oui", to="+14505550191", now=NOW + timedelta(minutes=1))
    assert status(civic) == Status.BOOKED


def test_where_rooftops_share_a_number_the_last_text_tells_which(civic, garage):
    Dealership.objects.update(sms_sender="")
    make_garage(slug="riviere")
    write("allo", to="+18885550100")
    assert thread().dealership == garage.dealership
    write("oui", to="+18885550100", now=NOW + timedelta(minutes=1))
    assert status(civic) == Status.CONFIRMED


def test_a_stranger_to_a_number_that_several_share_is_read_by_the_first(garage):
    Dealership.objects.update(sms_sender="")
    make_garage(slug="riviere")
    write("allo", sender=ADA, to="+18885550100")
    assert thread().dealership == garage.dealership


def test_a_stop_to_a_number_that_groups_share_stops_all_of_them(garage):
    Dealership.objects.update(sms_sender="")
    other = make_garage(slug="riviere", group=Group.objects.create(slug="autre", name="Autre"))
    write("ARRET", sender=ADA, to="+18885550100")
    stopped = set(Suppression.objects.filter(address=ADA).values_list("group", flat=True))
    assert stopped == {garage.dealership.group_id, other.dealership.group_id}
    assert len(answers(ADA)) == 1
    write("DEBUT", sender=ADA, to="+18885550100", now=NOW + timedelta(minutes=1))
    assert not Suppression.objects.filter(address=ADA).exists()


def test_a_text_to_a_number_that_nobody_has_is_nobodys(garage):
    with pytest.raises(NobodyThere):
        write("allo", sender=ADA, to="+18885550100")
    assert not Incoming.objects.exists()


def test_of_a_household_the_one_whose_visit_it_is_is_answered(garage, civic):
    ann = Customer.objects.create(group=garage.dealership.group, name="Ann", phone=LUC)
    write("oui")
    assert thread().customer == civic.customer
    assert not Conversation.objects.filter(customer=ann).exists()


def test_an_unknown_number_joins_its_customers_thread_once_it_is_known(garage):
    write("Avez-vous des pneus?", sender=ADA, now=OPEN)
    visit = garage.book(
        garage.at(7, 45, TUESDAY),
        contact=Contact(name="Ada Roy", phone=ADA, email="ada@example.com", language="en"),
    )
    write("allo?", sender=ADA, now=OPEN + timedelta(minutes=1))
    assert thread().customer == visit.customer
    assert [one.words for one in thread().incoming.all()] == ["Avez-vous des pneus?", "allo?"]
    assert (thread().unread, thread().waiting_since) == (2, OPEN)
