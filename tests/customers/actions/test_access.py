"""Who looked at whose record stays written down."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from customers.actions.access import forget_looks, record_act, record_opening, record_search
from customers.actions.destruction import destruction
from customers.models import AccessRecord, Customer
from customers.search import Traits
from dealerships.models import Dealership, Group, Role
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


def words_left() -> set[str]:
    return set(AccessRecord.objects.exclude(words="").values_list("words", flat=True))


def test_the_words_of_whoever_was_looked_for_go_and_the_looks_stay(looked: AccessRecord) -> None:
    here, anne = looked.dealership, looked.customer
    assert anne is not None
    paul = Customer.objects.create(group=here.group, name="Paul Roy", phone="+14505550111")
    elsewhere = make_garage(
        slug="ailleurs", group=Group.objects.create(slug="autre", name="Autre")
    ).dealership
    for words in ("roy", "Roy 450 555-0199", "0199", "Gagnon", "450 555-0111"):
        record_search(dealership=here, user=looked.user, words=words)
    record_search(dealership=here, user=None, words="+14505550199", source="api")
    record_search(dealership=elsewhere, user=None, words="anne roy")
    record_opening(dealership=here, user=looked.user, customer=anne, words="K4T7QFX")
    record_opening(dealership=here, user=looked.user, customer=paul, words="anne roy")
    record_opening(dealership=here, user=looked.user, customer=paul, words="Gagnon")
    record_act(
        kind=AccessRecord.Kind.UNBLOCK,
        dealership=here,
        user=None,
        customer=None,
        words="sms +14505550199 (x)",
    )
    before = list(AccessRecord.objects.order_by("pk").values_list("pk", "kind", "at", "user", "customer"))

    with destruction():
        assert forget_looks([Traits(anne)]) == 8

    assert words_left() == {"Gagnon", "450 555-0111", "anne roy"}
    assert AccessRecord.objects.get(words="anne roy").dealership == elsewhere
    after = list(AccessRecord.objects.order_by("pk").values_list("pk", "kind", "at", "user", "customer"))
    assert after == before


def test_the_words_are_read_once_for_many_people(
    looked: AccessRecord, django_assert_max_num_queries: object
) -> None:
    here: Dealership = looked.dealership
    for number in range(5):
        record_search(dealership=here, user=None, words=f"555-020{number}")
    people = [
        Traits(
            Customer.objects.create(group=here.group, name=f"Client {letter}", phone=f"+1450555020{number}")
        )
        for number, letter in enumerate("abcde")
    ]
    with destruction(), django_assert_max_num_queries(6):  # type: ignore[operator]
        assert forget_looks(people) == 5
    assert words_left() == {"roy"}
