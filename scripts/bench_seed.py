# ruff: noqa: S608 - every word of this SQL is our own
"""Rows by the hundred thousand for the bench, copied from the demo's by SQL within the database.

`bench_seed.py history 100000` makes that many past visits at Garage Boréal in all, with their lines and events;
`bench_seed.py rooftops 100` copies the dealership with its rules and its next two weeks of pools, and once more as
`bench-hot` with three times the advisors and no other limit; `bench_seed.py visits 100000` makes that many visits to
come at Garage Boréal, each of another customer. Run with the environment of the site under test.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402
from django.db.models import Model  # noqa: E402

from booking import models as booking  # noqa: E402
from customers import models as customers  # noqa: E402
from dealerships import models as dealerships  # noqa: E402

# Old years: each copy is as many whole weeks earlier, so that weekdays stay what they were.
YEARS = 10
HOT_ADVISORS = 3

COPIED = """
CREATE TEMP TABLE copied AS
SELECT nextval(pg_get_serial_sequence('booking_appointment', 'id')) AS id, a.id AS old,
       make_interval(days => 364 * (1 + copy %% %(years)s)) AS earlier
FROM generate_series(0, %(missing)s) copy, booking_appointment a
WHERE a.dealership_id = (SELECT id FROM dealerships_dealership WHERE slug = 'boreal')
  AND a.local_date < current_date AND a.id <= %(newest)s
LIMIT %(missing)s
"""
PAST = """
SELECT count(*), max(a.id) FROM booking_appointment a JOIN dealerships_dealership d ON d.id = a.dealership_id
WHERE d.slug = 'boreal' AND local_date < current_date
"""


def make_history(total: int) -> None:
    """Past visits at Boréal until there are `total`."""
    with transaction.atomic(), connection.cursor() as cursor:
        # They are copies of sound rows: who they refer to is there.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute(PAST)
        known, newest = cursor.fetchone()
        cursor.execute(COPIED, {"missing": max(0, total - known), "newest": newest, "years": YEARS})
        _copy(
            cursor, booking.Appointment, "copied c JOIN {table} o ON o.id = c.old",
            id="c.id", reference="'H' || lpad(c.id::text, 11, '0')", link_digest="encode(sha256(('H' || c.id)::bytea), 'hex')",
            local_date="(o.local_date - c.earlier)::date", starts_at="o.starts_at - c.earlier",
            ready_at="o.ready_at - c.earlier", created_at="o.created_at - c.earlier",
        )  # fmt: skip
        for model, moment in (
            (booking.AppointmentLine, {}),
            (booking.AppointmentEvent, {"at": "o.at - c.earlier"}),
        ):
            _copy(
                cursor,
                model,
                "copied c JOIN {table} o ON o.appointment_id = c.old",
                appointment_id="c.id",
                **moment,
            )
    _look_again(*(model._meta.db_table for model in (booking.Appointment, booking.AppointmentLine)))


COMING = """
CREATE TEMP TABLE coming AS
SELECT nextval(pg_get_serial_sequence('booking_appointment', 'id')) AS id, n, make_interval(days => 1 + n %% 100) AS later,
       nextval(pg_get_serial_sequence('customers_customer', 'id')) AS customer,
       nextval(pg_get_serial_sequence('customers_vehicle', 'id')) AS vehicle, known.ids[1 + n %% cardinality(known.ids)] AS old
FROM generate_series(1, %s) n, (
    SELECT array_agg(a.id) AS ids FROM booking_appointment a JOIN dealerships_dealership d ON d.id = a.dealership_id
    WHERE d.slug = 'boreal' AND a.status = 'booked' AND a.starts_at > now()
) known
"""


def make_visits(count: int) -> None:
    """So many visits to come at Boréal, over a hundred days; what they would need of the pools is not claimed."""
    phone, email = "'+1514' || lpad(c.n::text, 7, '0')", "'client' || c.n || '@example.com'"
    of_visit = "coming c JOIN booking_appointment a ON a.id = c.old JOIN {table} o ON o.id = a.%s_id"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute(COMING, [count])
        _copy(
            cursor, customers.Customer, of_visit % "customer",
            id="c.customer", phone=phone, email=email, user_id="NULL", muted_channels="'{}'",
        )  # fmt: skip
        _copy(cursor, customers.Vehicle, of_visit % "vehicle", id="c.vehicle", vin="''")
        _copy(
            cursor, booking.Appointment, "coming c JOIN {table} o ON o.id = c.old",
            id="c.id", reference="'V' || lpad(c.id::text, 11, '0')", link_digest="encode(sha256(('V' || c.id)::bytea), 'hex')",
            customer_id="c.customer", vehicle_id="c.vehicle", contact_phone=phone, contact_email=email,
            muted_channels="'{}'", local_date="(o.local_date + c.later)::date", starts_at="o.starts_at + c.later",
            ready_at="o.ready_at + c.later", created_at="now()", version="1",
        )  # fmt: skip
        _copy(
            cursor,
            booking.AppointmentLine,
            "coming c JOIN {table} o ON o.appointment_id = c.old",
            appointment_id="c.id",
        )
    _look_again(
        *(
            model._meta.db_table
            for model in (booking.Appointment, booking.AppointmentLine, customers.Customer)
        )
    )


def make_rooftops(count: int) -> None:
    """`bench-1` to `bench-n`, and `bench-hot`."""
    with transaction.atomic(), connection.cursor() as cursor:
        _copy(
            cursor, dealerships.Dealership,
            "{table} o, (SELECT n::text FROM generate_series(1, %s) n UNION SELECT 'hot') new WHERE o.slug = 'boreal'",
            (count,), slug="'bench-' || new.n",
        )  # fmt: skip
        for model, more in _of_a_dealership():
            _copy(cursor, model, _EACH, **{"dealership_id": "d.id", **more})
        _copy(cursor, dealerships.StaffMember, _STAFF, dealership_id="d.id", user_id="NULL", name=_NAME)
        _copy(cursor, booking.Question, _by("service", "services"), service_id="n.id")
        _copy(cursor, booking.Choice, _CHOICES, question_id="n.id")
        _copy(cursor, booking.Shift, _SHIFTS, person_id="n.id")
        _copy(cursor, booking.GroupMember, _MEMBERS, group_id="ng.id", service_id="n.id", choice_id="nc.id")
        _copy(cursor, booking.Season, _by("group", "groups"), group_id="n.id")
        _copy(
            cursor, booking.CapacityPool, _POOLS, dealership_id="d.id", used="0", override="0", wanted_cap="NULL",
            cap="CASE WHEN d.slug <> 'bench-hot' OR o.kind = 1 THEN coalesce(o.wanted_cap, o.cap) END",
            subject="coalesce(n.id::text, o.subject)",
        )  # fmt: skip
        cursor.execute(_STAMP)
    _look_again(booking.CapacityPool._meta.db_table, booking.Shift._meta.db_table)


def _of_a_dealership() -> Iterator[tuple[type[Model], dict[str, str]]]:
    yield dealerships.OpeningHours, {}
    yield booking.Service, {}
    yield booking.CapacityRule, {"cap": "CASE WHEN d.slug <> 'bench-hot' THEN o.cap END"}
    yield (
        booking.CapacitySettings,
        {"reserve_percent": "0", "kept_for_staff": "NULL", "web_guaranteed": "NULL"},
    )
    yield booking.ServiceGroup, {}
    yield booking.TransportCondition, {}


_OLD = "(SELECT id FROM dealerships_dealership WHERE slug = 'boreal')"
_EACH = f"{{table}} o, dealerships_dealership d WHERE o.dealership_id = {_OLD} AND d.slug LIKE 'bench-%%'"
_STAFF = (
    "{table} o JOIN dealerships_dealership d ON d.slug LIKE 'bench-%%',"
    f" generate_series(1, CASE d.slug WHEN 'bench-hot' THEN {HOT_ADVISORS} ELSE 1 END) twin"
    f" WHERE o.dealership_id = {_OLD} AND o.role IN ('advisor', 'technician')"
)
_NAME = "o.name || CASE WHEN twin > 1 THEN ' #' || twin ELSE '' END"
_PEOPLE = (
    "dealerships_staffmember p JOIN dealerships_staffmember n"
    " ON n.role = p.role AND split_part(n.name, ' #', 1) = p.name"
    f" JOIN dealerships_dealership d ON d.id = n.dealership_id AND d.slug LIKE 'bench-%%' WHERE p.dealership_id = {_OLD}"
)
_SHIFTS = f"(SELECT p.id AS person, n.id FROM {_PEOPLE}) n JOIN {{table}} o ON o.person_id = n.person"
_SERVICES = (
    "booking_service s JOIN booking_service n ON n.code = s.code JOIN dealerships_dealership d"
    f" ON d.id = n.dealership_id AND d.slug LIKE 'bench-%%' WHERE s.dealership_id = {_OLD}"
)
_GROUPS = _SERVICES.replace("booking_service", "booking_servicegroup")
_CHOICES = (
    f"(SELECT s.id AS service, n.id AS new FROM {_SERVICES}) m JOIN booking_question q ON q.service_id = m.service"
    " JOIN booking_question n ON n.service_id = m.new AND n.code = q.code JOIN {table} o ON o.question_id = q.id"
)
_MEMBERS = (
    f"(SELECT s.id AS service, n.id, n.dealership_id AS place FROM {_SERVICES}) n"
    " JOIN {table} o ON o.service_id = n.service JOIN booking_servicegroup g ON g.id = o.group_id"
    " JOIN booking_servicegroup ng ON ng.code = g.code AND ng.dealership_id = n.place"
    " LEFT JOIN booking_choice c ON c.id = o.choice_id LEFT JOIN booking_question q ON q.id = c.question_id"
    " LEFT JOIN booking_question nq ON nq.service_id = n.id AND nq.code = q.code"
    " LEFT JOIN booking_choice nc ON nc.question_id = nq.id AND nc.code = c.code"
)
_POOLS = (
    "{table} o JOIN dealerships_dealership d ON d.slug LIKE 'bench-%%'"
    " LEFT JOIN dealerships_staffmember p ON o.kind IN (1, 2) AND p.id::text = o.subject"
    " LEFT JOIN dealerships_staffmember n ON n.dealership_id = d.id AND n.role = p.role"
    " AND split_part(n.name, ' #', 1) = p.name"
    f" WHERE o.dealership_id = {_OLD} AND o.local_date BETWEEN current_date AND current_date + 14"
)
# As after a refresh, or beat's next minute would make four months of pools for each.
_STAMP = """
UPDATE booking_capacitysettings c SET built_version = d.rules_version, built_at = now()
FROM dealerships_dealership d WHERE d.id = c.dealership_id AND d.slug LIKE 'bench-%'
"""


def _by(field: str, name: str) -> str:
    """Rows that belong to a service or a group, beside the new one of the same code."""
    pairs = {"services": _SERVICES, "groups": _GROUPS}[name]
    return f"(SELECT s.id AS old, n.id FROM {pairs}) n JOIN {{table}} o ON o.{field}_id = n.old"


def _copy(cursor, model: type[Model], rows: str, values: tuple[object, ...] = (), **other: str) -> None:
    """Insert the rows `o` again, with `other` expressions in some of the columns."""
    fields = [
        field for field in model._meta.concrete_fields if not field.primary_key or field.column in other
    ]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    chosen = ", ".join(other.get(field.column, f'o."{field.column}"') for field in fields)
    table = model._meta.db_table
    cursor.execute(
        f"INSERT INTO {table} ({columns}) SELECT {chosen} FROM {rows.format(table=table)}", list(values)
    )


def _look_again(*tables: str) -> None:
    """The planner's statistics, and what index-only scans need."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"VACUUM ANALYZE {table}")


if __name__ == "__main__":
    {"history": make_history, "rooftops": make_rooftops, "visits": make_visits}[sys.argv[1]](int(sys.argv[2]))
