import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.tokens import (
    REFERENCE_ALPHABET,
    REFERENCE_LENGTH,
    digest,
    is_token,
    new_nonce,
    new_reference,
    normalize_reference,
    show_reference,
    token_for,
    tokens_for,
)


@pytest.fixture(autouse=True)
def known_key(settings):
    settings.SECRET_KEY = "key of today"
    settings.SECRET_KEY_FALLBACKS = ["key of yesterday"]


def test_a_token_is_the_same_each_time_it_is_written():
    nonce = new_nonce()
    token = token_for(nonce, purpose="manage")
    assert token == token_for(nonce, purpose="manage")
    assert is_token(token)


def test_a_token_is_the_hmac_that_the_documentation_says():
    # printf 'manage|nonce' | openssl dgst -sha256 -hmac 'key of today' -binary | basenc --base64url
    assert token_for("nonce", purpose="manage") == "wrexavnNtb8sWM3jEaLRA2"


def test_purpose_nonce_and_key_each_change_the_token(settings):
    token = token_for("a", purpose="manage")
    others = {token_for("b", purpose="manage"), token_for("a", purpose="onboarding")}
    settings.SECRET_KEY = "another key"
    others.add(token_for("a", purpose="manage"))
    assert len(others | {token}) == 4


def test_a_link_written_under_the_old_key_is_still_found(settings):
    settings.SECRET_KEY = "key of yesterday"
    old = token_for("nonce", purpose="manage")
    settings.SECRET_KEY = "key of today"
    assert list(tokens_for("nonce", "manage")) == [token_for("nonce", purpose="manage"), old]


def test_the_digest_is_what_sha256sum_says():
    assert digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_nonces_are_long_url_safe_and_different():
    nonces = {new_nonce() for _ in range(1000)}
    assert len(nonces) == 1000
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{24}", nonce) for nonce in nonces)  # 24 x 6 = 144 bits


@pytest.mark.parametrize(
    "text", ["", "a" * 21, "a" * 23, "a" * 21 + "=", "a" * 21 + "\n", "a" * 22 + "\n", "é" * 22]
)
def test_what_is_not_shaped_like_a_token_is_none(text):
    assert not is_token(text)


def test_guessing_a_live_reference_is_hopeless():
    assert len(set(REFERENCE_ALPHABET)) == len(REFERENCE_ALPHABET)
    possibilities = len(REFERENCE_ALPHABET) ** REFERENCE_LENGTH
    assert 100_000 / possibilities < 1e-5
    assert math.log2(possibilities) > 33


def test_no_two_characters_of_a_reference_look_alike():
    for pair in ("0O", "0Q", "OQ", "1I", "1L", "UV", "5S", "2Z", "8B"):
        assert not set(pair) <= set(REFERENCE_ALPHABET)


def test_a_new_reference_is_already_in_its_stored_form():
    for _ in range(1000):
        reference = new_reference()
        assert len(reference) == REFERENCE_LENGTH
        assert normalize_reference(reference) == reference


def test_a_reference_is_shown_in_two_bites():
    assert show_reference("K4T7QFX") == "K4T-7QFX"


@pytest.mark.parametrize(
    "text", ["K4T-7QFX", "k4t7qfx", " K4T 7QFX ", "K4T\u20117QFX", "K4T-70FX", "K4T-7OFX"]
)
def test_a_reference_is_read_as_people_write_it(text):
    assert normalize_reference(text) == "K4T7QFX"


@pytest.mark.parametrize("text", ["", "K4T", "K4T-7QFXX", "K4T-7QF1", "K4T-7QFÉ", "K" * 100_000])
def test_what_cannot_be_a_reference_is_empty(text):
    assert normalize_reference(text) == ""


@given(st.text(alphabet=REFERENCE_ALPHABET, min_size=REFERENCE_LENGTH, max_size=REFERENCE_LENGTH))
def test_every_reference_survives_being_shown_misread_and_typed(reference):
    misread = reference.translate(str.maketrans("528VQ", "SZBUO"))
    assert normalize_reference(show_reference(misread).lower()) == reference
