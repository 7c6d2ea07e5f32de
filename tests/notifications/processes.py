"""Running our own programs beside a test, on the test's database."""

import os
import sys

from django.conf import settings
from django.db import connection


def database_server():
    """Host (or socket directory) and port of the test's database server."""
    database = settings.DATABASES["default"]
    options = database["OPTIONS"]
    return options.get("host") or database["HOST"] or "localhost", options.get("port") or database[
        "PORT"
    ] or 5432


def environment(*, database_host=None, **more):
    """The environment for a program that shall use this test's database, perhaps through another host."""
    database = settings.DATABASES["default"]
    host, port = (database_host, 5432) if database_host else database_server()
    user, name = f"{database['USER']}:{database['PASSWORD']}", connection.settings_dict["NAME"]
    return os.environ | {"DATABASE_URL": f"postgres://{user}@/{name}?host={host}&port={port}"} | more


def python(*arguments):
    """The command line of this Python with `arguments`."""
    return [sys.executable, *map(str, arguments)]
