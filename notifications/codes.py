"""How many codes go to one address or number, how many are tried, and how often a number is changed.

They are counted by whom they reach, whichever page asks and whether there is an account or not.
"""

from __future__ import annotations

from allauth.core import context

from dealerships.models import User
from lib.limits import allow, exempt

# One more code to the same address after so long.
AGAIN = "1/minute"
CODES_SENT = "3/10 minutes;10/day"
# Typed in, right or wrong, whichever code it was.
CODES_TRIED = "10/hour;20/day"
NUMBERS_A_USER = "3/day"


def may_send_code(to: str) -> bool:
    """Count one code to an address or a number, and say whether it may go."""
    _is_later(to)  # the minute begins
    return _allow("codes-sent", to, CODES_SENT)


def may_send_again(to: str) -> bool:
    """As `may_send_code`, for one more to who was sent one: not within the same minute."""
    return _is_later(to) and _allow("codes-sent", to, CODES_SENT)


def may_try_code(to: str) -> bool:
    """Count one code that somebody types for an address or a number, and say whether it is looked at."""
    return _allow("codes-tried", to, CODES_TRIED)


def may_change_phone(user: User) -> bool:
    """Count one number that a user wants to have, and say whether a code may go there."""
    return _allow("change-phone", f"user:{user.pk}", NUMBERS_A_USER)


def _is_later(to: str) -> bool:
    """Whether the last code went there a minute ago or more; nobody is spared from waiting for it."""
    return allow("another-code", to.lower(), AGAIN)


def _allow(name: str, key: str, rate: str) -> bool:
    return exempt(context.request) or allow(name, key.lower(), rate)
