"""The rows that are a dealership's rules: as they were, what a change touched, and putting them back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import connection
from django.db.models import Field, Model
from django.utils.translation import gettext_lazy as _

from booking.models import (
    CapacityChange,
    CapacityEdit,
    CapacityRule,
    CapacitySettings,
    CarryOver,
    FirstSnow,
    GroupMember,
    ReleaseStep,
    Season,
    Service,
    ServiceGroup,
    Shift,
    SnowOpening,
    SnowRaise,
    TransportCondition,
)
from dealerships.models import Closure, Dealership, OpeningHours, SpecialHours, StaffMember
from lib.errors import Refusal

# {table: {primary key: {column: value as JSON has it}}}
Snapshot = dict[str, dict[int, dict[str, Any]]]
# {table: [row…]} as CapacityEdit keeps it
Rows = Mapping[str, list[dict[str, Any]]]


class ChangedSince(Refusal):
    """A row that the edit wrote is no longer as it left it."""

    def __init__(self) -> None:
        super().__init__(
            _("What that change set was changed again elsewhere, so it can't be taken back as a whole."),
            code="changed_since",
        )


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a model that are a dealership's rules (`of` leads to it); of some only a few columns are."""

    model: type[Model]
    of: str = "dealership"
    columns: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.model._meta.db_table

    @property
    def fields(self) -> list[Field[Any, Any]]:
        every = self.model._meta.concrete_fields
        return [
            field for field in every if field.primary_key or not self.columns or field.name in self.columns
        ]


# What others refer to comes before what refers to it.
TABLES = (
    Table(Dealership, "pk", ("horizon_days", "notice_minutes")),
    Table(OpeningHours),
    Table(SpecialHours),
    Table(
        StaffMember,
        columns=("name", "active", "rotation_weeks", "daily_customers", "efficiency", "skills"),
    ),
    Table(Closure),
    Table(Shift, "person__dealership"),
    Table(CapacityRule),
    Table(CapacityChange),
    Table(CapacitySettings, columns=("reserve_percent", "kept_for_staff", "web_guaranteed")),
    Table(ReleaseStep),
    Table(CarryOver),
    Table(Service, columns=("notice_hours", "same_day_until", "horizon_days")),
    Table(ServiceGroup),
    Table(GroupMember, "group__dealership"),
    Table(Season, "group__dealership"),
    Table(TransportCondition),
    Table(FirstSnow),
    Table(SnowOpening, "first_snow__dealership"),
    Table(SnowRaise, "first_snow__dealership"),
)


def take_snapshot(dealership: Dealership) -> Snapshot:
    """Every rule of the dealership, as JSON. One query a table."""
    return {table.name: _read(table, {table.of: dealership.pk}) for table in TABLES}


def difference(before: Snapshot, after: Snapshot) -> tuple[dict[str, Any], dict[str, Any]]:
    """The rows that are not the same, as they were and as they are; of the tables that have any."""
    old: dict[str, Any] = {}
    new: dict[str, Any] = {}
    for name, rows in before.items():
        now = after[name]
        if gone := [row for pk, row in rows.items() if now.get(pk) != row]:
            old[name] = gone
        if come := [row for pk, row in now.items() if rows.get(pk) != row]:
            new[name] = come
    return old, new


def restore(edit: CapacityEdit) -> None:
    """Put the rows of the edit back as they were before it. Raises ChangedSince when one is not as it left it."""
    for table in TABLES:
        _refuse_what_changed(table, edit.before.get(table.name, []), edit.after.get(table.name, []))
    for table in reversed(TABLES):
        if not table.columns:
            _remove(table, _keys(edit.after.get(table.name, [])))
    for table in TABLES:
        before = edit.before.get(table.name, [])
        if table.columns:
            _retire(table, _keys(edit.after.get(table.name, [])) - _keys(before))
            _put_back_columns(table, before)
        else:
            table.model._default_manager.bulk_create([_instance(table, row) for row in before])


def snow_turn(before: Rows, after: Rows) -> str:
    """`on` or `off` when these rows, from `before` to `after`, switch first-snow mode; else empty."""
    was, will = (
        any(row["switched_on_at"] for row in rows.get(FirstSnow._meta.db_table, []))
        for rows in (before, after)
    )
    return "" if was == will else "on" if will else "off"


def _read(table: Table, where: Mapping[str, Any]) -> dict[int, dict[str, Any]]:
    names = [field.attname for field in table.fields]
    rows = table.model._default_manager.filter(**where).order_by("pk").values_list("pk", *names)
    return {
        pk: {name: _to_json(value) for name, value in zip(names, values, strict=True)} for pk, *values in rows
    }


def _to_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime | time) else value


def _instance(table: Table, row: Mapping[str, Any]) -> Model:
    return table.model(**_values(table, row))


def _values(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    return {field.attname: field.to_python(row[field.attname]) for field in table.fields}


def _keys(rows: Iterable[Mapping[str, Any]]) -> set[int]:
    return {row["id"] for row in rows}


def _refuse_what_changed(table: Table, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> None:
    """Every row of `after` must be there as it is there; what the edit removed must still be gone."""
    expected = {row["id"]: row for row in after}
    concerned = _keys(before) | expected.keys()
    if concerned and _read(table, {"pk__in": concerned}) != dict(sorted(expected.items())):
        raise ChangedSince


def _remove(table: Table, keys: set[int]) -> None:
    """Delete rows, and nothing that refers to them: that is put back or stays as it was."""
    if keys:
        name = connection.ops.quote_name(table.name)
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {name} WHERE id = ANY(%s)", [list(keys)])  # noqa: S608 - our own name


def _retire(table: Table, made: set[int]) -> None:
    """Who was taken on by the edit stays on record, but is no longer counted."""
    if made and "active" in table.columns:
        table.model._default_manager.filter(pk__in=made).update(active=False)


def _put_back_columns(table: Table, before: list[dict[str, Any]]) -> None:
    for row in before:
        values = _values(table, row)
        table.model._default_manager.filter(pk=values.pop("id")).update(**values)
