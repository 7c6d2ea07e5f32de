"""The embedded Valkey keeps what was queued."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

from runtime import paths
from runtime.valkey import EmbeddedValkey

MakeValkey = Callable[[Path], EmbeddedValkey]


@pytest.fixture
def make_valkey() -> Iterator[Callable[[Path], EmbeddedValkey]]:
    made: list[EmbeddedValkey] = []

    def make(var: Path) -> EmbeddedValkey:
        made.append(EmbeddedValkey(var))
        return made[-1]

    yield make
    for server in made:
        server.stop()


@pytest.fixture
def server(var: Path, make_valkey: MakeValkey) -> EmbeddedValkey:
    server = make_valkey(var)
    server.start()
    return server


def client(var: Path) -> redis.Redis:
    return redis.Redis.from_url(paths.embedded_cache_url(var))


def test_it_starts_answers_and_stops(server: EmbeddedValkey) -> None:
    assert server.is_running()
    with client(server.var) as valkey:
        assert valkey.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}

    server.stop()

    assert not server.is_running()
    assert not server.answers()


def test_what_was_queued_survives_a_kill(server: EmbeddedValkey, make_valkey: MakeValkey) -> None:
    with client(server.var) as valkey:
        valkey.rpush("queue", "one", "two")
        time.sleep(1.1)  # appendfsync everysec
        assert server.process is not None
        os.kill(server.process.pid, signal.SIGKILL)
    again = make_valkey(server.var)
    again.start()
    with client(server.var) as valkey:
        assert valkey.lrange("queue", 0, -1) == [b"one", b"two"]


def test_one_that_outlived_its_starter_is_taken_over(server: EmbeddedValkey, make_valkey: MakeValkey) -> None:
    again = make_valkey(server.var)
    again.start()
    assert again.process is not None
    assert server.process is not None
    assert server.process.wait(5) == 0
    assert again.answers()
