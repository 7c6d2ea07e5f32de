"""Typing the code that signs in, or asking for another one."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.internal.flows.code_verification import AbstractCodeVerificationProcess
from allauth.account.views import ConfirmLoginCodeView
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from notifications.codes import may_send_again

TOO_SOON = _(
    "A new code can be sent a minute after the last one, and no more than three in ten minutes. The last one is still "
    "good."
)
SENT_AGAIN = _("A new code is on its way. It takes the place of the last one.")


def restart_minutes(process: AbstractCodeVerificationProcess) -> None:
    """The minutes for which a code is good begin anew with the one that was just sent: so its message says."""
    process.state["at"] = time.time()
    process.persist()


class ConfirmCode(ConfirmLoginCodeView):  # type: ignore[misc]
    """allauth's, where another code is asked for alike by who has an account and by who has none.

    allauth tells them apart: it limits only what it sends, and fails for a number that nobody has.
    """

    def post(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponseBase:
        asked = self._process.state
        if self._action != "resend":
            answer: HttpResponseBase = super().post(request, *args, **options)
            return answer
        if may_send_again(str(asked.get("email") or asked.get("phone") or "")):
            self._send_again()
            messages.success(request, str(SENT_AGAIN))
        else:
            messages.error(request, str(TOO_SOON))
        return HttpResponseRedirect(self.passthrough_next_url(reverse("account_confirm_login_code")))

    def _send_again(self) -> None:
        if self._process.user is None:
            self._process.record_resend()
        else:
            self._process.resend()
        restart_minutes(self._process)
