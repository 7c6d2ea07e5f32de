"""Asking the web server whether it serves, the way a load balancer does."""

import contextlib
import http.client


def reachable_host(host: str) -> str:
    """The address to reach a server bound to `host` from this machine."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104 - compared, not bound


def public_address(host: str, port: int) -> str:
    """The URL of the server for a browser on this machine."""
    name = reachable_host(host)
    return f"http://{f'[{name}]' if ':' in name else name}:{port}/"


def host_header(allowed: list[str], host: str) -> str:
    """A Host header that ALLOWED_HOSTS lets through."""
    name = reachable_host(host)
    if not allowed or name in allowed or "*" in allowed:
        return name
    return allowed[0].lstrip(".")


def is_ready(host: str, port: int, host_name: str) -> bool:
    """Whether GET /readyz answers 200 within 2 s."""
    connection = http.client.HTTPConnection(reachable_host(host), port, timeout=2)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/readyz", headers={"Host": host_name})
        return connection.getresponse().status == 200
    return False
