"""Too many calls are refused with a sentence and a time to wait; a wrong key may not be guessed at."""

import pytest

from lib import limits


@pytest.fixture
def limited(api, settings):
    settings.RATE_LIMITS = "on"
    settings.RATE_LIMIT_STORAGE_URL = "memory://"
    limits._counters.cache_clear()
    yield api
    limits._counters.cache_clear()


TOO_MANY = {
    "code": "too_many_requests",
    "message": "Too many tries in a short time. Please wait a little, then try again.",
}


def test_booking_is_limited_by_address(limited):
    answers = [limited.book({}, key=f"k{n}", **{"Accept-Language": "en"}) for n in range(32)]
    assert {answer.status_code for answer in answers[:30]} == {422}
    last = answers[-1]
    assert (last.status_code, last.json(), last.headers["Retry-After"]) == (429, TOO_MANY, "60")


def test_guessing_keys_and_tokens_ends_soon(limited):
    headers = [{"Authorization": f"Bearer guess{n}"} for n in range(15)]
    headers += [{"X-Manage-Token": f"{n:022}"} for n in range(15)]
    statuses = [limited.get("appointments/K4T7QFX", **header).status_code for header in headers]
    assert statuses == [401] * 15 + [404] * 5 + [429] * 10


def test_the_right_key_is_not_held_up_by_others_guesses(limited):
    for n in range(25):
        limited.get("customers?phone=5145550123", Authorization=f"Bearer guess{n}")
    assert limited.get_private("customers?phone=5145550123").status_code == 200
