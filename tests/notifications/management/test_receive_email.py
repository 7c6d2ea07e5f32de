"""What a mail server pipes in, and the words that it understands back: exit codes of sysexits.h."""

import io
import os
import sys

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from notifications.actions import events
from notifications.management.commands import receive_email
from notifications.models import WebhookEvent

pytestmark = pytest.mark.django_db

TO = "boreal+8d0f3c1e7c394a549f0b2b6c1f6a7d10@reponses.example"
RAW = (
    f"From: Luc <luc@example.com>\nTo: {TO}\nSubject: Re: x\nMessage-ID: <one@example.com>\n\nOui\n".encode()
)


@pytest.fixture(autouse=True)
def configured(settings, monkeypatch):
    settings.EMAIL_REPLY_DOMAIN = "reponses.example"
    monkeypatch.setattr(events, "_wake_aside", lambda: None)


@pytest.fixture
def pipe(monkeypatch):
    def pipe(raw, *arguments):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
        call_command("receive_email", *arguments)

    return pipe


def code(pipe, raw, *arguments):
    with pytest.raises(CommandError) as caught:
        pipe(raw, *arguments)
    return caught.value.returncode


def test_a_letter_is_taken_once(pipe):
    pipe(RAW)
    pipe(RAW, "--to", TO)
    event = WebhookEvent.objects.get()
    assert (event.provider, event.kind, event.payload["words"]) == ("mail-server", "letter", "Oui")


def test_the_address_of_the_envelope_counts(pipe):
    pipe(RAW.replace(TO.encode(), b"service@boreal.example"), "--to", TO)
    assert WebhookEvent.objects.get().payload["message"]


def test_an_address_that_is_not_ours_goes_back_to_who_wrote(pipe):
    assert code(pipe, RAW, "--to", "somebody@elsewhere.example") == os.EX_NOUSER


def test_nothing_and_too_much_are_no_letters(pipe, monkeypatch):
    assert code(pipe, b"\n") == os.EX_DATAERR
    monkeypatch.setattr(receive_email, "LARGEST", 10)
    assert code(pipe, RAW) == os.EX_DATAERR


def test_without_a_database_the_mail_server_tries_again_later(pipe, monkeypatch):
    def fail(*_arguments):
        raise DatabaseError

    monkeypatch.setattr(receive_email, "take_in", fail)
    assert code(pipe, RAW) == os.EX_TEMPFAIL


def test_a_mail_servers_own_report_is_taken_and_forgotten(pipe):
    pipe(RAW.replace(b"Subject", b"Content-Type: multipart/report; boundary=x\nSubject"))
    assert not WebhookEvent.objects.exists()
