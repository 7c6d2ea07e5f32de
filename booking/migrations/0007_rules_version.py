"""`rules_version` of a dealership changes with every row that booking's rules are read from.

The number comes from a sequence, so that none is seen twice, not even after a rollback: what a process
remembers under it can't be something else. The dealership's own row counts too.
"""

from django.db import migrations

# By table: the dealerships that a row belongs to, $1 being the row.
DIRECT = "SELECT ($1).dealership_id"
OF_SERVICE = "SELECT dealership_id FROM booking_service WHERE id = ($1).service_id"
OF_GROUP = "SELECT dealership_id FROM booking_servicegroup WHERE id = ($1).group_id"
OF_SNOW = "SELECT dealership_id FROM booking_firstsnow WHERE id = ($1).first_snow_id"
TABLES = {
    "dealerships_openinghours": DIRECT,
    "dealerships_specialhours": DIRECT,
    "dealerships_closure": DIRECT,
    "dealerships_staffmember": DIRECT,
    "booking_service": DIRECT,
    "booking_question": OF_SERVICE,
    "booking_choice": (
        "SELECT s.dealership_id FROM booking_question q JOIN booking_service s ON s.id = q.service_id"
        " WHERE q.id = ($1).question_id"
    ),
    "booking_servicegroup": DIRECT,
    "booking_groupmember": OF_GROUP,
    "booking_season": OF_GROUP,
    "booking_transportcondition": DIRECT,
    "booking_shift": "SELECT dealership_id FROM dealerships_staffmember WHERE id = ($1).person_id",
    "booking_capacityrule": DIRECT,
    "booking_capacitychange": DIRECT,
    "booking_carryover": DIRECT,
    "booking_releasestep": DIRECT,
    "booking_firstsnow": DIRECT,
    "booking_snowopening": OF_SNOW,
    "booking_snowraise": OF_SNOW,
    "booking_queuerecord": DIRECT,
}

FUNCTIONS = """
CREATE SEQUENCE dealerships_rules_version;
CREATE FUNCTION booking_rules_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE 'UPDATE dealerships_dealership SET rules_version = nextval(''dealerships_rules_version'')'
        || ' WHERE id IN (' || TG_ARGV[0] || ')' USING coalesce(NEW, OLD);
    RETURN NULL;
END $$;
CREATE FUNCTION dealerships_own_rules_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.rules_version = nextval('dealerships_rules_version');
    RETURN NEW;
END $$;
CREATE TRIGGER dealerships_own_rules_changed BEFORE INSERT OR UPDATE ON dealerships_dealership
    FOR EACH ROW EXECUTE FUNCTION dealerships_own_rules_changed();
CREATE TRIGGER booking_rules_changed AFTER UPDATE ON booking_capacitysettings FOR EACH ROW
    WHEN ((OLD.reserve_percent, OLD.kept_for_staff, OLD.web_guaranteed)
          IS DISTINCT FROM (NEW.reserve_percent, NEW.kept_for_staff, NEW.web_guaranteed))
    EXECUTE FUNCTION booking_rules_changed('SELECT ($1).dealership_id');
CREATE TRIGGER booking_rules_made AFTER INSERT ON booking_capacitysettings FOR EACH ROW
    EXECUTE FUNCTION booking_rules_changed('SELECT ($1).dealership_id');
"""

TRIGGERS = "".join(
    f"CREATE TRIGGER booking_rules_changed AFTER INSERT OR UPDATE OR DELETE ON {table}"
    f" FOR EACH ROW EXECUTE FUNCTION booking_rules_changed('{owner}');\n"
    for table, owner in TABLES.items()
)

UNDO = (
    "".join(f"DROP TRIGGER booking_rules_changed ON {table};\n" for table in [*TABLES, "booking_capacitysettings"])
    + "DROP TRIGGER booking_rules_made ON booking_capacitysettings;\n"
    + "DROP TRIGGER dealerships_own_rules_changed ON dealerships_dealership;\n"
    + "DROP FUNCTION booking_rules_changed(); DROP FUNCTION dealerships_own_rules_changed();\n"
    + "DROP SEQUENCE dealerships_rules_version;"
)


class Migration(migrations.Migration):
    dependencies = [("booking", "0006_capacity"), ("dealerships", "0002_capacity")]

    operations = [migrations.RunSQL(FUNCTIONS + TRIGGERS, UNDO)]
