"""Who looked at whose record stays written down."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from customers.actions.access import record_opening
from customers.models import AccessRecord, Customer
from dealerships.models import Role
from tests.garage import make_garage, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def looked() -> AccessRecord:
    garage = make_garage()
    customer = Customer.objects.create(group=garage.dealership.group, name="Anne Roy", phone="+14505550199")
    user = make_staff(garage.dealership, Role.ADVISOR)
    return record_opening(dealership=garage.dealership, user=user, customer=customer, words="roy")


def test_a_look_is_neither_rewritten_nor_deleted(looked: AccessRecord) -> None:
    rows = AccessRecord.objects.filter(pk=looked.pk)
    for change in (lambda: rows.update(words=""), lambda: rows.update(user=None), rows.delete):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            change()
    assert rows.get().words == "roy"


def test_a_customer_who_is_erased_is_forgotten_and_the_look_stays(looked: AccessRecord) -> None:
    assert looked.customer is not None
    looked.customer.delete()
    looked.refresh_from_db()
    assert (looked.customer, looked.words) == (None, "roy")
