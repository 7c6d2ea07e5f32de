"""COPY for what the demo makes by the ten thousand."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection
from django.db.models import Model
from psycopg import sql


def copy_in(objects: Sequence[Model]) -> None:
    """Insert new rows of one model, several times faster than bulk_create; they learn no primary key."""
    if not objects:
        return
    meta = objects[0]._meta
    fields = [field for field in meta.concrete_fields if not field.primary_key]
    columns = sql.SQL(", ").join([sql.Identifier(str(field.column)) for field in fields])
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(meta.db_table), columns)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for one in objects:
            copy.write_row(
                [field.get_db_prep_save(field.pre_save(one, add=True), connection) for field in fields]
            )
