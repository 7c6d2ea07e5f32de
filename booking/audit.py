"""The invariants of capacity, appointments, messages and idempotency, as queries that must find nothing.

Calculates, never writes. `manage.py audit` prints the counts; tests call it after every storm.
"""

from __future__ import annotations

from django.db import connection

# Each query counts violations. Times are the database's.
INVARIANTS: dict[str, str] = {
    "pools_over_cap": """
        SELECT count(*) FROM booking_capacitypool WHERE cap IS NOT NULL AND used > cap + override""",
    # A cap that was lowered below what is used falls with each visit that leaves, down to what is wanted and no further.
    "lowered_caps_that_did_not_fall": """
        SELECT count(*) FROM booking_capacitypool
        WHERE wanted_cap IS NOT NULL AND override = 0 AND (wanted_cap >= cap OR cap > greatest(used, wanted_cap))""",
    "ledger_drift": """
        SELECT count(*) FROM booking_capacitypool p
        LEFT JOIN (SELECT pool_id, sum(units) AS units FROM booking_capacityclaim WHERE active GROUP BY pool_id) c
            ON c.pool_id = p.id
        WHERE p.used <> coalesce(c.units, 0)""",
    "cancelled_appointments_with_claims": """
        SELECT count(DISTINCT a.id) FROM booking_appointment a
        JOIN booking_capacityclaim c ON c.appointment_id = a.id AND c.active
        WHERE a.status = 'cancelled'""",
    # Past visits that were imported have no pools; whoever is still expected must hold a shop-day and a check-in.
    "upcoming_appointments_without_claims": """
        SELECT count(*) FROM booking_appointment a
        WHERE a.status IN ('booked', 'confirmed') AND a.starts_at > now()
          AND (SELECT count(DISTINCT p.kind) FROM booking_capacityclaim c
               JOIN booking_capacitypool p ON p.id = c.pool_id
               WHERE c.appointment_id = a.id AND c.active AND p.kind IN (1, 2, 6, 8)
                 AND p.local_date = a.local_date) < 4""",
    "upcoming_appointments_with_wrong_minutes": """
        SELECT count(*) FROM booking_appointment a
        JOIN booking_capacityclaim c ON c.appointment_id = a.id AND c.active
        JOIN booking_capacitypool p ON p.id = c.pool_id AND p.kind = 8
        WHERE a.status IN ('booked', 'confirmed') AND c.units <> a.minutes""",
    "ended_holds_with_claims": """
        SELECT count(DISTINCT h.id) FROM booking_hold h
        JOIN booking_capacityclaim c ON c.hold_id = h.id AND c.active
        WHERE h.state <> 'held'""",
    "holds_long_past_their_time": """
        SELECT count(*) FROM booking_hold WHERE state = 'held' AND expires_at < now() - interval '20 minutes'""",
    "open_offers_whose_place_is_not_held": """
        SELECT count(*) FROM booking_waitlistoffer o JOIN booking_hold h ON h.id = o.hold_id
        WHERE o.state = 'open' AND h.state <> 'held'""",
    "held_places_of_offers_that_are_over": """
        SELECT count(*) FROM booking_hold h LEFT JOIN booking_waitlistoffer o ON o.hold_id = h.id
        WHERE h.state = 'held' AND h.holder LIKE 'offer:%' AND o.state IS DISTINCT FROM 'open'""",
    "entries_with_two_open_offers": """
        SELECT count(*) FROM (SELECT entry_id FROM booking_waitlistoffer WHERE state = 'open'
                              GROUP BY entry_id HAVING count(*) > 1) twice""",
    "accepted_offers_without_appointment": """
        SELECT count(*) FROM booking_waitlistoffer o JOIN booking_waitlistentry e ON e.id = o.entry_id
        WHERE o.state = 'accepted' AND (o.appointment_id IS NULL OR e.state = 'waiting')""",
    "appointments_without_history": """
        SELECT count(*) FROM booking_appointment a
        WHERE NOT EXISTS (SELECT 1 FROM booking_appointmentevent e WHERE e.appointment_id = a.id)""",
    "appointments_whose_history_ends_otherwise": """
        SELECT count(*) FROM booking_appointment a
        WHERE a.status <> (SELECT e.new ->> 'status' FROM booking_appointmentevent e
                           WHERE e.appointment_id = a.id ORDER BY e.at DESC, e.id DESC LIMIT 1)""",
    "pending_messages_of_cancelled_appointments": """
        SELECT count(*) FROM notifications_message m
        JOIN booking_appointment a ON m.about = 'appointment:' || a.reference
        WHERE a.status = 'cancelled' AND m.state = 'pending' AND m.version < a.version""",
    "pending_messages_of_another_version": """
        SELECT count(*) FROM notifications_message m
        JOIN booking_appointment a ON m.about = 'appointment:' || a.reference
        WHERE m.state = 'pending' AND m.version <> a.version""",
    "reminders_due_after_the_start": """
        SELECT count(*) FROM notifications_message m
        JOIN booking_appointment a ON m.about = 'appointment:' || a.reference
        WHERE m.state = 'pending' AND m.kind LIKE 'reminder%' AND m.not_before >= a.starts_at""",
    "messages_sending_past_their_lease": """
        SELECT count(*) FROM notifications_message
        WHERE state = 'sending' AND lease_until < now() - interval '5 minutes'""",
    "idempotency_keys_without_answer": """
        SELECT count(*) FROM booking_idempotencyrecord WHERE appointment_id IS NULL""",
}


def count_violations() -> dict[str, int]:
    """How many rows break each invariant, by its name; all zeros when everything holds."""
    return {name: _count(query) for name, query in INVARIANTS.items()}


def _count(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query)
        (count,) = cursor.fetchone()
    return int(count)
