"""What `manage.py up` runs: embedded PostgreSQL and Valkey, the supervisor, and the start itself."""
