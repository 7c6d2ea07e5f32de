"""What the database refuses whatever the code does.

- `used` of a pool changes only inside apply_claims, which says so for its transaction.
- The history of an appointment is append-only.
- Pools are updated in place: room on each page keeps those updates off the indexes (HOT).
"""

from django.db import migrations

GUARD_USED = """
CREATE FUNCTION booking_guard_used() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('app.claims', true) IS DISTINCT FROM 'on' THEN
        RAISE EXCEPTION 'capacity is taken and given back by apply_claims only';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER booking_guard_used BEFORE UPDATE OF used ON booking_capacitypool
    FOR EACH ROW WHEN (OLD.used IS DISTINCT FROM NEW.used) EXECUTE FUNCTION booking_guard_used();
"""

APPEND_ONLY = """
CREATE FUNCTION booking_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history of an appointment is never changed';
END $$;
CREATE TRIGGER booking_events_append_only BEFORE UPDATE OR DELETE ON booking_appointmentevent
    FOR EACH ROW EXECUTE FUNCTION booking_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("booking", "0002_initial")]

    operations = [
        migrations.RunSQL(
            GUARD_USED, "DROP TRIGGER booking_guard_used ON booking_capacitypool; DROP FUNCTION booking_guard_used;"
        ),
        migrations.RunSQL(
            APPEND_ONLY,
            "DROP TRIGGER booking_events_append_only ON booking_appointmentevent; DROP FUNCTION booking_append_only;",
        ),
        migrations.RunSQL(
            "ALTER TABLE booking_capacitypool SET (fillfactor = 60);",
            "ALTER TABLE booking_capacitypool RESET (fillfactor);",
        ),
    ]
