"""Who looked at whose record is never rewritten, whatever the code does.

One change is allowed: a customer who is erased is forgotten here too, and the look itself stays.
"""

from django.db import migrations

GUARD = """
CREATE FUNCTION customers_guard_access() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.customer_id IS NULL AND to_jsonb(NEW) - 'customer_id' = to_jsonb(OLD) - 'customer_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the record of who looked is never changed';
END $$;
CREATE TRIGGER customers_access_append_only BEFORE UPDATE OR DELETE ON customers_accessrecord
    FOR EACH ROW EXECUTE FUNCTION customers_guard_access();
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_initial")]

    operations = [
        migrations.RunSQL(
            GUARD,
            "DROP TRIGGER customers_access_append_only ON customers_accessrecord; DROP FUNCTION customers_guard_access;",
        ),
    ]
