"""The dealership at an address: read once, and never staler than the database."""

from __future__ import annotations

import pytest

from dealerships.models import Dealership, Group
from dealerships.remembered import dealership_at
from tests.garage import make_garage


@pytest.fixture
def dealership(db) -> Dealership:
    return make_garage().dealership


def test_asking_again_is_one_small_query(dealership, django_assert_num_queries):
    dealership_at(dealership.slug)
    with django_assert_num_queries(1):
        found = dealership_at(dealership.slug)
        assert (found, found.group) == (dealership, dealership.group)


def test_a_change_is_seen_at_once(dealership):
    assert dealership_at(dealership.slug).name == dealership.name
    Dealership.objects.filter(pk=dealership.pk).update(name="Boréal Laval")
    assert dealership_at(dealership.slug).name == "Boréal Laval"


@pytest.mark.django_db(transaction=True)
def test_another_name_of_the_group_is_seen_at_once():
    dealership = make_garage().dealership
    assert dealership_at(dealership.slug).group.name == dealership.group.name
    Group.objects.update(name="Groupe du Nord")
    assert dealership_at(dealership.slug).group.name == "Groupe du Nord"


def test_what_one_caller_changes_is_not_what_another_one_gets(dealership):
    mine = dealership_at(dealership.slug)
    mine.name = "Changé"
    assert dealership_at(dealership.slug).name == dealership.name


def test_a_second_rooftop_of_the_group_is_noticed(dealership):
    assert not dealership_at(dealership.slug).has_others
    dealership.pk, dealership.slug = None, "riviere"
    dealership.save(force_insert=True)
    assert dealership_at("boreal").has_others


def test_an_unknown_slug_is_nobody(dealership, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert dealership_at("nulle-part") is None
    assert dealership
