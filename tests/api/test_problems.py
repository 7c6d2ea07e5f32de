"""Refusals that a client meets only on a bad day, and keys from the command line."""

import io
import json
import logging

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.test import RequestFactory

from api.keys import find_key
from api.models import ApiKey
from api.problems import refusal_response
from api.v1 import api as ninja_api
from booking.actions.retry import Busy
from dealerships.models import Group
from tests.garage import make_garage

REQUEST = RequestFactory().get("/api/v1/dealerships")


def test_a_busy_moment_says_when_to_try_again():
    answer = refusal_response(Busy())
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert json.loads(answer.content)["code"] == "busy"


def test_a_database_that_is_away_is_a_busy_moment_too():
    answer = ninja_api.on_exception(REQUEST, OperationalError("the connection is lost"))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert b"connection" not in answer.content


def test_a_fault_of_ours_is_logged_and_tells_no_detail(caplog):
    with caplog.at_level(logging.ERROR, logger="django.request"):
        answer = ninja_api.on_exception(REQUEST, ZeroDivisionError("secret"))
    assert answer.status_code == 500
    assert json.loads(answer.content)["code"] == "fault"
    assert b"secret" not in answer.content
    assert caplog.records[0].exc_info[0] is ZeroDivisionError


@pytest.mark.django_db
def test_a_key_is_printed_once_and_kept_as_a_digest():
    group = make_garage().dealership.group
    out = io.StringIO()
    call_command("make_api_key", group.slug, "DMS", stdout=out)
    text = out.getvalue().strip()
    kept = ApiKey.objects.get()
    assert (kept.group, kept.name) == (group, "DMS")
    assert text not in (kept.digest, kept.name)
    assert find_key(text) == kept
    assert find_key(text[:-1]) is None


@pytest.mark.django_db
def test_a_key_needs_a_group_that_exists():
    assert not Group.objects.exists()
    with pytest.raises(CommandError, match="There is no group nowhere"):
        call_command("make_api_key", "nowhere", "DMS")
