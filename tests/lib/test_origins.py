import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.errors import Refusal
from lib.origins import read_origin, read_origins


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://www.garage.ca", "https://www.garage.ca"),
        ("  HTTPS://WWW.Garage.CA/rendez-vous?x=1#y ", "https://www.garage.ca"),
        ("www.garage.ca/prix", "https://www.garage.ca"),
        ("https://garage.ca:443", "https://garage.ca"),
        ("http://garage.ca:80/", "http://garage.ca"),
        ("https://garage.ca:8443", "https://garage.ca:8443"),
        ("http://localhost:9000", "http://localhost:9000"),
        ("http://127.0.0.1:9000", "http://127.0.0.1:9000"),
        ("https://garage-boréal.ca", "https://xn--garage-boral-keb.ca"),
    ],
)
def test_what_is_typed_or_pasted_becomes_the_origin_that_browsers_compare(text, origin):
    assert read_origin(text) == origin


@pytest.mark.parametrize(
    "text",
    [
        "*", "https://*.garage.ca", "ftp://garage.ca", "javascript:alert(1)", "https://", "https://a b.ca", "data:text/html,x",
        "https://me:secret@garage.ca", "https://garage.ca:99999", "https://garage.ca:x", "https://-a.ca", "https://a..ca",
        "https://[::1", "https://garage.ca;script-src", "https://" + "a" * 64 + ".ca", "https://x.ca" + ".ca" * 60, "'self'",
    ],
)  # fmt: skip
def test_what_names_no_single_site_is_refused_with_what_was_typed(text):
    with pytest.raises(Refusal) as refusal:
        read_origin(text)
    assert refusal.value.field == "allowed_origins"
    assert text[:60] in str(refusal.value)


@given(st.text(max_size=150))
def test_nothing_that_is_typed_can_end_or_widen_a_policy(text):
    try:
        origin = read_origin(text)
    except Refusal:
        return
    assert re.fullmatch(r"https?://[a-z0-9.-]+(:\d+)?", origin)


def test_lines_are_each_once_and_in_order_and_not_too_many():
    assert read_origins("\n b.ca\r\nhttps://a.ca/\n\nhttps://b.ca\n", most=2) == [
        "https://b.ca",
        "https://a.ca",
    ]
    assert read_origins(" \n", most=2) == []
    with pytest.raises(Refusal):
        read_origins("a.ca\nb.ca\nc.ca", most=2)
