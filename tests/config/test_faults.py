"""A browser is told to come back when only the database is away, and only then."""

from __future__ import annotations

import pytest
from django.db import OperationalError
from django.test import RequestFactory

from config.faults import server_error


@pytest.mark.parametrize(
    ("error", "status", "come_back"), [(OperationalError, 503, "5"), (ValueError, 500, None)]
)
def test_the_database_s_absence_is_no_fault(
    rf: RequestFactory, error: type[Exception], status: int, come_back: str | None
) -> None:
    try:
        raise error("could not connect to 10.0.0.7")  # noqa: TRY301 - as a view would
    except error:
        answer = server_error(rf.get("/"))

    assert (answer.status_code, answer.headers.get("Retry-After")) == (status, come_back)
    assert f"{status}</p>" in answer.content.decode()
    assert "10.0.0.7" not in answer.content.decode()
