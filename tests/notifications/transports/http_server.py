"""A real HTTP server that answers as told, or not at all."""

import contextlib
import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HANG, DROP, DRIBBLE = "hang", "drop", "dribble"


@dataclass
class Script:
    """What to answer to each request, and what came: (method, path, headers, body)."""

    status: int = 200
    body: object = field(default_factory=dict)
    headers: dict = field(default_factory=dict)
    trick: str = ""
    came: list = field(default_factory=list)
    seconds: float = 2.0

    def says(self, status, body=None, *, trick="", **headers):
        self.status, self.body, self.trick, self.headers = (
            status,
            {} if body is None else body,
            trick,
            headers,
        )


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        script = self.server.script
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        script.came.append((self.command, self.path, dict(self.headers), body))
        if script.trick == HANG:
            time.sleep(script.seconds)
        if script.trick in (HANG, DROP):
            self.close_connection = True
            return
        content = script.body if isinstance(script.body, bytes) else json.dumps(script.body).encode()
        self.send_response(script.status)
        for name, value in {"Content-Length": str(len(content)), **script.headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        for piece in (
            [content[i : i + 1] for i in range(len(content))] if script.trick == DRIBBLE else [content]
        ):
            with contextlib.suppress(OSError):
                self.wfile.write(piece)
                self.wfile.flush()
            if script.trick == DRIBBLE:
                time.sleep(0.1)

    do_POST = do_GET  # noqa: N815 - the library's name

    def log_message(self, *_arguments):
        pass


@contextlib.contextmanager
def http_server(script):
    """The server on a port of its own; yields `127.0.0.1:port`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads, server.script = True, script
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
