"""A visit and a wait-list entry may stay without the person whom they were for.

Only customers/actions/destruction.py opens the history of an appointment, for its words and who wrote them.
"""

from django.db import migrations, models

GUARD = """
CREATE OR REPLACE FUNCTION booking_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND current_setting('app.destroying', true) = 'on'
        AND to_jsonb(NEW) - '{old,new,user_id}'::text[] = to_jsonb(OLD) - '{old,new,user_id}'::text[] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the history of an appointment is never changed';
END $$;
"""
UNDO = """
CREATE OR REPLACE FUNCTION booking_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history of an appointment is never changed';
END $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('booking', '0009_messages'),
        ('customers', '0008_destruction'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='appointment', name='appointment_can_be_reached'),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('contact_phone', ''), _negated=True), models.Q(('contact_email', ''), _negated=True), ('contact_name', '—'), _connector='OR'), name='appointment_can_be_reached'),
        ),
        migrations.RemoveConstraint(model_name='waitlistentry', name='entry_can_be_reached'),
        migrations.AddConstraint(
            model_name='waitlistentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('contact_phone', ''), _negated=True), models.Q(('contact_email', ''), _negated=True), ('contact_name', '—'), _connector='OR'), name='entry_can_be_reached'),
        ),
        migrations.RunSQL(GUARD, UNDO),
    ]
