"""A PostgreSQL socket that can go away: forwards to the real one while it is up."""

import contextlib
import socket
import threading


class SocketProxy:
    """Listens in `directory` as `.s.PGSQL.5432`; `down` cuts every connection and stops listening."""

    def __init__(self, directory, host, port):
        self._path = directory / ".s.PGSQL.5432"
        self._target = (host, int(port))
        self._server = None
        self._pairs = []

    def up(self):
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(self._path))
        self._server.listen()
        threading.Thread(target=self._accept, args=(self._server,), daemon=True).start()

    def down(self):
        _close(self._server)
        self._path.unlink(missing_ok=True)
        while self._pairs:
            _close(self._pairs.pop())

    def _accept(self, server):
        with contextlib.suppress(OSError):
            while True:
                client, _ = server.accept()
                upstream = _connect(*self._target)
                self._pairs += [client, upstream]
                for ends in ((client, upstream), (upstream, client)):
                    threading.Thread(target=_copy, args=ends, daemon=True).start()


def _connect(host, port):
    if not host.startswith("/"):
        return socket.create_connection((host, port))
    upstream = socket.socket(socket.AF_UNIX)
    upstream.connect(f"{host}/.s.PGSQL.{port}")
    return upstream


def _copy(source, sink):
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    _close(source)
    _close(sink)


def _close(end):
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
