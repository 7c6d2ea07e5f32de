"""What is append-only may be destroyed when its time is over, by customers/actions/destruction.py alone.

Consents and looks may be deleted; a look may forget whom it was about, and the words that were typed.
"""

from django.db import migrations, models

GUARDS = """
CREATE OR REPLACE FUNCTION customers_guard_access() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.customer_id IS NULL AND to_jsonb(NEW) - 'customer_id' = to_jsonb(OLD) - 'customer_id' THEN
        RETURN NEW;
    END IF;
    IF current_setting('app.destroying', true) = 'on' THEN
        IF TG_OP = 'DELETE' THEN
            RETURN OLD;
        END IF;
        IF NEW.words = '' AND to_jsonb(NEW) - 'words' = to_jsonb(OLD) - 'words' THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the record of who looked is never changed';
END $$;
CREATE OR REPLACE FUNCTION customers_guard_consent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('app.destroying', true) = 'on' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'a consent is never changed: a newer one replaces it';
END $$;
"""
UNDO = """
CREATE OR REPLACE FUNCTION customers_guard_access() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.customer_id IS NULL AND to_jsonb(NEW) - 'customer_id' = to_jsonb(OLD) - 'customer_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the record of who looked is never changed';
END $$;
CREATE OR REPLACE FUNCTION customers_guard_consent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a consent is never changed: a newer one replaces it';
END $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0007_messages'),
    ]

    operations = [
        migrations.AlterField(
            model_name='accessrecord',
            name='kind',
            field=models.CharField(choices=[('search', 'Search'), ('open', 'Open'), ('unblock', 'Unblock'), ('export', 'Export'), ('erase', 'Erase')], max_length=8),
        ),
        migrations.RunSQL(GUARDS, UNDO),
    ]
