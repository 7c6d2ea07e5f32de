"""Providers by the names that people know, for the codes under which their calls are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

NAMES: dict[str, StrOrPromise] = {
    "brevo": "Brevo",
    "demo": gettext_lazy("Demonstration: nothing leaves"),
    "gateway": gettext_lazy("Your text message gateway"),
    "mailgun": "Mailgun",
    "mailjet": "Mailjet",
    "postmark": "Postmark",
    "resend": "Resend",
    "sendgrid": "SendGrid",
    "smtp": gettext_lazy("SMTP server"),
    "sparkpost": "SparkPost",
    "twilio": "Twilio",
}


def provider_name(code: str) -> str:
    """`Twilio` for `twilio`; words for one that is not in use any more and has no name."""
    return str(NAMES.get(code) or _("Another provider"))
