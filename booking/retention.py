"""What is kept how long, and why: the schedule of destruction. Read by the jobs and by the register's page.

Sources: Law 25 (P-39.1, s. 23): destroy or anonymise what has served; the periods are those of the reference on
Québec (section 1, Retention), at their longer end, and are to be confirmed by the dealership's lawyer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

ONE_DAY = timedelta(days=1)
THIRTY_DAYS = timedelta(days=30)
TWO_YEARS = timedelta(days=731)
THREE_YEARS = timedelta(days=1096)
THREE_MONTHS = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the schedule. `kept` in words; `registered` False for what is too small or too frequent to note."""

    name: str
    what: StrOrPromise
    lasts: timedelta
    kept: StrOrPromise
    then: StrOrPromise
    why: StrOrPromise
    registered: bool = True


_24_MONTHS, _3_YEARS, _90_DAYS = _("24 months"), _("3 years"), _("90 days")
_PROOF = _("Proof of what was said, for as long as somebody may ask.")
_FAULTS = _("To find faults of sending.")

RULES: tuple[Rule, ...] = (
    Rule(
        "account_codes", _("Sign-in codes, and where they went"), ONE_DAY, _("1 day"),
        _("Code and address are removed; that one was sent stays."), _("A code is worth nothing after a few minutes."),
    ),
    Rule(
        "account_notices", _("Notices about an account, and where they went"), THIRTY_DAYS, _("30 days"),
        _("Words and address are removed; that one was sent stays."), _("To answer who asks about one."),
    ),
    Rule("message_words", _("Words of the messages that were sent"), TWO_YEARS, _24_MONTHS, _("The words are removed."), _PROOF),
    Rule(
        "messages", _("That a message was sent: kind, channel, address, when"), THREE_YEARS, _3_YEARS, _("Deleted."),
        _("Proof of delivery, until a claim is too late."),
    ),
    Rule("incoming", _("Text messages and e-mails from customers"), TWO_YEARS, _24_MONTHS, _("Deleted."), _PROOF),
    Rule("webhook_events", _("What providers reported"), THREE_MONTHS, _90_DAYS, _("Deleted."), _FAULTS),
    Rule("attempts", _("Each try to hand a message to a provider"), THREE_MONTHS, _90_DAYS, _("Deleted."), _FAULTS),
    Rule(
        "access_records", _("Who searched for or opened a customer’s record, and with which words"), TWO_YEARS,
        _24_MONTHS, _("Deleted."), _("To find an unauthorised look, and no longer."),
    ),
    Rule(
        "visits_without_work", _("Visits that were cancelled or missed, or never marked"), TWO_YEARS, _24_MONTHS,
        _("Anonymised: the date and the service stay."), _("No work, so no invoice to keep them for."),
    ),
    Rule(
        "wait_list", _("Wait-list entries that are over"), TWO_YEARS, _24_MONTHS, _("Anonymised."),
        _("To measure what was asked for."),
    ),
    Rule(
        "calls", _("Calls that were promised and made"), TWO_YEARS, _24_MONTHS, _("Anonymised."),
        _("To see that promises were kept."),
    ),
    Rule(
        "customers_without_work", _("Customers for whom no work was done, and who agreed to nothing"), TWO_YEARS,
        _24_MONTHS, _("Anonymised."), _("Nothing is left for which to know them."),
    ),
    Rule(
        "consents", _("Proof of consents of erased customers"), THREE_YEARS, _3_YEARS, _("Deleted."),
        _("The proof is the sender’s to bring, until a claim is too late."),
    ),
    Rule(
        "idempotency_keys", _("Keys that keep a form sent twice from booking twice"), timedelta(hours=48), _("48 hours"),
        _("Deleted."), _("A second click comes soon or never."), registered=False,
    ),
    Rule(
        "draft_photos", _("Photos of bookings that were not finished"), timedelta(hours=72), _("72 hours"),
        _("Deleted, with their files."), _("They may come back to it in the days after."), registered=False,
    ),
)  # fmt: skip
