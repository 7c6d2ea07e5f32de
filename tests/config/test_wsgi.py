"""Requests that name a charset of their own, as the web server hands them over."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import RequestFactory

from config.wsgi import Utf8Request, application

CHARSETS = ["idna", "hex", "undefined", "utf-16", "utf8", "latin-1", "no-such"]
FORM = "make=Citro%C3%ABn&model=%ff"


def environ(path: str, content_type: str, body: str = "") -> dict[str, Any]:
    method = "POST" if body else "GET"
    return RequestFactory().generic(method, path, body, content_type=content_type).environ | {
        "CONTENT_TYPE": content_type
    }


@pytest.mark.django_db  # the end of a request looks after the database's connections
@pytest.mark.parametrize("charset", CHARSETS)
def test_an_address_is_answered_whatever_charset_the_request_claims(charset: str) -> None:
    answers: list[str] = []
    asked = environ("/healthz?x=%ff%fe", f"text/plain; charset={charset}")
    body = b"".join(application(asked, lambda status, _headers: answers.append(status)))
    assert answers == ["200 OK"]
    assert b"ok" in body


@pytest.mark.parametrize("charset", CHARSETS)
def test_a_form_is_read_as_utf8_whatever_charset_it_claims(charset: str) -> None:
    sent = environ("/", f"application/x-www-form-urlencoded; charset={charset}", FORM)
    assert Utf8Request(sent).POST.dict() == {"make": "Citroën", "model": "\ufffd"}


@pytest.mark.parametrize("charset", CHARSETS)
def test_a_form_with_files_is_read_as_utf8_too(charset: str) -> None:
    body = '--x\r\nContent-Disposition: form-data; name="make"\r\n\r\nCitroën\r\n--x--\r\n'
    sent = environ("/", f"multipart/form-data; boundary=x; charset={charset}", body)
    assert Utf8Request(sent).POST.dict() == {"make": "Citroën"}
