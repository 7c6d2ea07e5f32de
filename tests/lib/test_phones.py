import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.errors import Refusal
from lib.phones import digits, format_phone, parse_phone


@pytest.mark.parametrize(
    "text",
    [
        "5145550123",
        "514-555-0123",
        "514 555 0123",
        "(514) 555-0123",
        " 514.555.0123 ",
        "1 514 555-0123",
        "1-514-555-0123",
        "+1 (514) 555.0123",
        "+15145550123",
        "011 1 514 555 0123",
        "514–555–0123",
        "514\u00a0555\u20110123",
        "514/555-0123",
        "５１４-555-0123",
    ],
)
def test_a_number_typed_any_way_has_one_form(text):
    assert parse_phone(text) == "+15145550123"


@pytest.mark.parametrize("text", ["418 555-0100", "438-555-0199", "800 555 0150", "263 555-0111"])
def test_fictional_and_new_numbers_are_accepted(text):
    assert parse_phone(text) == "+1" + digits(text)


def test_a_foreign_number_needs_its_country_code():
    assert parse_phone("+33 1 42 68 53 00") == "+33142685300"
    assert parse_phone("011 33 1 42 68 53 00") == "+33142685300"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "555-0123",
        "514 055-0123",
        "114 555-0123",
        "514-555-012",
        "514-555-01234",
        "1-800-FLOWERS",
        "514-555-O123",
        "514-555-0123, 438-555-0123",
        "514-555-0123 / 438-555-0123",
        "tel:5145550123",
        "+33 1 42",
        "+999 1234567",
        "<script>5145550123</script>",
        "5145550123\x00",
        "5" * 5000,
    ],
)
def test_what_cannot_be_a_number_is_refused(text):
    with pytest.raises(Refusal) as refusal:
        parse_phone(text)
    assert (refusal.value.field, refusal.value.code) == ("phone", "phone_invalid")


@pytest.mark.parametrize(
    "text",
    [
        "514-555-0123 ext. 12",
        "514 555-0123 poste 12",
        "514-555-0123 x12",
        "514-555-0123 #4",
        "5145550123;ext=7",
    ],
)
def test_an_extension_is_refused_with_its_own_sentence(text):
    with pytest.raises(Refusal, match="extension") as refusal:
        parse_phone(text)
    assert (refusal.value.field, refusal.value.code) == ("phone", "phone_extension")


@given(st.from_regex(r"[2-9][0-9]{2}[2-9][0-9]{6}", fullmatch=True))
def test_every_number_of_the_plan_survives_being_shown_and_typed_again(national):
    e164 = "+1" + national
    assert parse_phone(national) == e164
    for language in ("fr", "en"):
        assert parse_phone(format_phone(e164, language)) == e164


@given(st.text())
def test_any_text_is_a_number_or_a_refusal(text):
    try:
        number = parse_phone(text)
    except Refusal:
        return
    assert number.startswith("+")
    assert number[1:].isdigit()


def test_each_language_shows_a_number_its_way():
    assert format_phone("+15145550123", "fr") == "514 555-0123"
    assert format_phone("+15145550123", "en-ca") == "514-555-0123"
    assert format_phone("+33142685300", "fr") == "+33 1 42 68 53 00"


def test_what_is_no_number_is_shown_as_it_is():
    assert format_phone("", "fr") == ""
    assert format_phone("short code 12345", "en") == "short code 12345"


def test_digits_are_searched_in_ascii():
    assert digits("(514) 555-0123 ٣²") == "51455501233"
