"""Rows that were made before, laid down again: what takes a hundred statements to make takes a dozen to copy.

Only for a superuser of the database, as the embedded server's account is: laying rows down skips triggers and
the checks of foreign keys, which the same rows passed when they were made.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, TypeVar

from django.apps import apps
from django.db import connection, transaction

# What migrating leaves in the database, and `flush` makes again.
_OF_MIGRATE = frozenset({"auth_permission", "django_content_type"})

_SKIP_TRIGGERS = "SET LOCAL session_replication_role = replica"
_MIND_TRIGGERS = "SET LOCAL session_replication_role = origin"
# No process may have seen the version, as the migration that brought it promises.
_NEW_VERSIONS = """
UPDATE dealerships_dealership SET rules_version = nextval('dealerships_rules_version');
UPDATE booking_capacitysettings s SET built_version = d.rules_version
FROM dealerships_dealership d WHERE d.id = s.dealership_id AND s.built_version = %s
"""

Key = tuple[Any, ...]
Rows = dict[str, bytes]

Made = TypeVar("Made")

_asked: dict[Key, tuple[Any, Rows, int] | None] = {}


def made_or_copied(options: Key, make: Callable[[], Made]) -> Made:
    """What `make` makes in an empty database. From the third time on, for the same options, it is a copy.

    Copies have the numbers of the first: sequences never go back, so nothing else in this database has them.
    """
    key = (connection.settings_dict["NAME"], *options)
    if not is_superuser() or _has_rows(tables()):
        return make()
    if key not in _asked:  # much is only ever made once
        _asked[key] = None
        return make()
    known = _asked[key]
    if known is None:
        made = make()
        _asked[key] = (copy.deepcopy(made), *_read())
        return made
    _lay_down(*known[1:])
    return copy.deepcopy(known[0])


def empty_tables() -> None:
    """Delete every row that a test may have left; waits for whoever still writes, as TRUNCATE does.

    A test leaves a dozen rows in a few tables, and TRUNCATE makes new files for each of sixty.
    """
    names = ", ".join(connection.ops.quote_name(table) for table in tables())
    deletes = ";".join(f"DELETE FROM {connection.ops.quote_name(table)}" for table in tables())  # noqa: S608
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE; {_SKIP_TRIGGERS}; {deletes}")


def tables() -> list[str]:
    """The tables of the models, but for those that migrating fills."""
    models = apps.get_models(include_auto_created=True)
    return sorted({model._meta.db_table for model in models if model._meta.managed} - _OF_MIGRATE)


def is_superuser() -> bool:
    """Whether triggers may be skipped."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('is_superuser') = 'on'")
        return bool(cursor.fetchone()[0])


def _has_rows(names: list[str]) -> bool:
    any_row = " OR ".join(f"EXISTS (SELECT FROM {connection.ops.quote_name(name)})" for name in names)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {any_row}")
        return bool(cursor.fetchone()[0])


def _read() -> tuple[Rows, int]:
    """Every row there is, as COPY writes it, and the version of the rules."""
    rows = {}
    with connection.cursor() as cursor:
        for table in tables():
            with cursor.copy(f"COPY {connection.ops.quote_name(table)} TO STDOUT") as out:
                content = b"".join(bytes(block) for block in out)
            if content:
                rows[table] = content
        cursor.execute("SELECT max(rules_version) FROM dealerships_dealership")
        return rows, cursor.fetchone()[0]


def _lay_down(rows: Rows, version: int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_SKIP_TRIGGERS)
        for table, content in rows.items():
            with cursor.copy(f"COPY {connection.ops.quote_name(table)} FROM STDIN") as into:
                into.write(content)
        cursor.execute(_NEW_VERSIONS, [version])
        cursor.execute(_MIND_TRIGGERS)
