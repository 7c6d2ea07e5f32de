import logging
import os
import socket
import time

import pytest
import redis
from celery import Celery, current_app
from django.conf import settings

from notifications.actions.wake import TASK, rest, wake


@pytest.fixture
def with_broker():
    """Celery, set up like ours, on another broker."""
    ours = current_app._get_current_object()

    def with_broker(url):
        app = Celery("test")
        app.config_from_object("django.conf:settings", namespace="CELERY")
        app.conf.broker_url = url
        app.set_current()

    rest.end()
    yield with_broker
    ours.set_current()
    rest.end()


@pytest.fixture
def silent():
    """A listening socket: connects, and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


def closed():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    return f"redis://127.0.0.1:{port}/0"


def timed_wake():
    started = time.monotonic()
    wake()
    return time.monotonic() - started


def test_a_broker_that_refuses_costs_less_than_two_seconds(with_broker, caplog):
    with_broker(closed())
    with caplog.at_level(logging.WARNING):
        assert timed_wake() < 2
    assert "could not be asked" in caplog.text


def test_a_broker_whose_socket_is_missing_costs_less_than_two_seconds(with_broker, tmp_path, caplog):
    with_broker(f"redis+socket://{tmp_path}/no.sock")
    with caplog.at_level(logging.WARNING):
        assert timed_wake() < 2
    assert "could not be asked" in caplog.text


def test_a_broker_that_never_answers_costs_less_than_two_seconds(with_broker, silent, caplog):
    with_broker(silent)
    with caplog.at_level(logging.WARNING):
        assert timed_wake() < 2
    assert "could not be asked" in caplog.text


def test_a_broker_that_failed_is_left_alone_for_a_while(with_broker, silent):
    with_broker(silent)
    wake()
    assert timed_wake() < 0.1


def test_a_live_broker_gets_the_task(with_broker):
    url = settings.BROKER_URL
    queue = f"test-{os.getpid()}"
    with_broker(url)
    current_app.conf.task_default_queue = queue
    client = redis.Redis.from_url(url.replace("redis+socket://", "unix://").split("?")[0])
    try:
        wake()
        (body,) = client.lrange(queue, 0, -1)
        assert TASK in body.decode()
    finally:
        client.delete(queue)
        client.close()
