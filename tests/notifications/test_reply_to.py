import uuid

import pytest

from notifications.reply_to import LONGEST_NAME, Place, read_place, reply_address
from tests.notifications.letters import letter

KEY = "8d0f3c1e-7c39-4a54-9f0b-2b6c1f6a7d10"
HEX = KEY.replace("-", "")


@pytest.fixture(autouse=True)
def domain(settings):
    settings.EMAIL_REPLY_DOMAIN = "reponses.example"


def test_the_address_of_a_message_says_which_it_was(dealership):
    message = letter(dealership=dealership)
    address = reply_address(message)
    assert address == f"{dealership.slug}+{message.pk.hex}@reponses.example"
    assert read_place([address]) == Place(dealership.slug, str(message.pk))
    assert read_place([address.upper()]) == Place(dealership.slug, str(message.pk))


def test_the_longest_name_leaves_room_for_the_key(dealership):
    dealership.slug = "g" * 50
    local = reply_address(letter(dealership=dealership)).partition("@")[0]
    assert len(local) == 64  # RFC 5321
    assert local.startswith("g" * LONGEST_NAME + "+")


def test_without_a_domain_or_a_dealership_there_is_none(dealership, settings):
    assert reply_address(letter("account_code")) == ""
    settings.EMAIL_REPLY_DOMAIN = ""
    assert reply_address(letter(dealership=dealership)) == ""
    assert read_place([f"boreal+{HEX}@reponses.example", "boreal@"]) is None


def test_a_program_that_loses_the_key_still_names_our_letters():
    references = f"<first@elsewhere> <{uuid.uuid4()}@creneau.example> <{KEY.upper()}@creneau.example>"
    assert read_place(["boreal@reponses.example"], references) == Place("boreal", KEY)
    assert read_place(["boreal@reponses.example"]) == Place("boreal")


def test_the_key_counts_in_whichever_address_it_stands():
    assert read_place(["boreal@reponses.example", f"boreal+{HEX}@reponses.example"]) == Place("boreal", KEY)


@pytest.mark.parametrize(
    "address",
    ["", "boreal", "boreal@elsewhere.example", "@reponses.example", "a b@reponses.example", f"boreal+{HEX}0@reponses.example",
     "boreal+zz@reponses.example", "é@reponses.example", "x" * 300 + "@reponses.example"],
)  # fmt: skip
def test_other_addresses_are_nobodys(address):
    assert read_place([address], f"<{KEY}@creneau.example>") is None
