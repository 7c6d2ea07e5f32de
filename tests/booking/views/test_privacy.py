"""What a guest may learn by typing somebody else's vehicle: nothing."""

from __future__ import annotations

from booking.answers import manage_token
from customers.details import VehicleDetails
from lib import clock
from notifications.models import Message
from tests.booking.views.conftest import Visitor

VIN = "2T3ZZZZZ6RW000001"


def test_a_vin_alone_does_not_tell_a_stranger_what_the_record_knows(visitor: Visitor) -> None:
    first, second = (start.starts_at for start in visitor.starts()[:2])
    known = VehicleDetails(vin=VIN, make="Toyota", model="RAV4", plate="SECRET7")
    visitor.garage.book(first, name="La propriétaire", vehicle=known, now=clock.now())
    nosy = visitor.garage.book(second, name="Un curieux", vehicle=VehicleDetails(vin=VIN), now=clock.now())

    page = visitor.client.get(f"/m/{manage_token(nosy)}", follow=True).content.decode()

    assert nosy.vehicle.plate == "SECRET7"
    assert VIN in page
    assert "SECRET7" not in page
    assert "RAV4" not in page
    told = [str(message.payload) for message in Message.objects.filter(about=nosy.about)]
    assert told
    assert not any("SECRET7" in payload or "RAV4" in payload for payload in told)
