"""Asking for a code, and reading it where it arrives."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.utils.translation import ngettext, override

from notifications.models import Message

ASK, CONFIRM = "/account/login/code/", "/account/login/code/confirm/"


PROVE = "/account/phone/verify/"


PHONE = "+15145550123"


def ask(client: Client, reach: str) -> Any:
    return client.post(ASK, {"reach": reach})


def last_code(channel: str) -> str:
    return str(
        Message.objects.filter(kind="account_code", channel=channel).latest("created_at").payload["code"]
    )


def sign_in(client: Client, reach: str, channel: str) -> None:
    assert ask(client, reach).headers["Location"] == CONFIRM
    client.post(CONFIRM, {"code": last_code(channel)})
    client.get("/account/after-sign-in/")


def tries_left(count: int) -> str:
    with override("fr"):
        sentence = ngettext(
            "That code is not right. Look at our last message: one more try, then ask for a new code.",
            "That code is not right. Look at our last message: %(count)s more tries, then ask for a new code.",
            count,
        )
    return sentence % {"count": count}


def sent_to(reach: str) -> int:
    return Message.objects.filter(kind="account_code", to=reach).count()
