"""Typing the code that signs in, or asking for another one."""

from __future__ import annotations

from typing import Any

from allauth.account.views import ConfirmLoginCodeView
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from lib.limits import TOO_MANY
from notifications.codes import may_send_again


class ConfirmCode(ConfirmLoginCodeView):  # type: ignore[misc]
    """allauth's, where another code is asked for alike by who has an account and by who has none.

    allauth tells them apart: it limits only what it sends, and fails for a number that nobody has.
    """

    def post(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponseBase:
        asked = self._process.state
        again = self._action == "resend"
        if again and not may_send_again(str(asked.get("email") or asked.get("phone") or "")):
            messages.error(request, str(TOO_MANY))
        elif again and self._process.user is None:
            self._process.record_resend()
            self._process.persist()
        else:
            answer: HttpResponseBase = super().post(request, *args, **options)
            return answer
        return HttpResponseRedirect(self.passthrough_next_url(reverse("account_confirm_login_code")))
