"""Running our own programs beside a test, on the test's database."""

import os
import sys

from django.conf import settings
from django.db import connection


def environment(*, database_host=None, **more):
    """The environment for a program that shall use this test's database."""
    database = settings.DATABASES["default"]
    host = database_host or database["OPTIONS"].get("host") or database["HOST"]
    port = database["OPTIONS"].get("port") or database["PORT"] or 5432
    user = f"{database['USER']}:{database['PASSWORD']}"
    name = connection.settings_dict["NAME"]
    return os.environ | {"DATABASE_URL": f"postgres://{user}@/{name}?host={host}&port={port}"} | more


def python(*arguments):
    """The command line of this Python with `arguments`."""
    return [sys.executable, *map(str, arguments)]
