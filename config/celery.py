"""The Celery application and every periodic job, in one table.

Celery only wakes things up: the truth is in PostgreSQL, and each job below may run twice, late or never
without harm, because `manage.py dispatch` and the next taker do the same work. Schedules are fixed
intervals, never local crontabs, which break when the clocks change.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("creneau")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "send what is due": {"task": "notifications.send_due_messages", "schedule": 30.0},
    "settle messages whose sender vanished": {"task": "notifications.settle_lost_messages", "schedule": 30.0},
    "work on what other machines told us": {"task": "booking.work_on_events", "schedule": 15.0},
    "release expired holds": {"task": "booking.release_expired_holds", "schedule": 15.0},
    "offer free places to who waits": {"task": "booking.serve_wait_lists", "schedule": 30.0},
    "extend the horizon": {"task": "booking.extend_horizon", "schedule": 6 * 3600.0},
    "release what was kept back, and make pools of changed rules": {
        "task": "booking.release_capacity",
        "schedule": 60.0,
    },
    "plan what vehicles are due for": {"task": "booking.plan_due_messages", "schedule": 6 * 3600.0},
    # Of the days until yesterday, so that it changes something once a day at most.
    "measure how long vehicles wait": {"task": "booking.measure_queues", "schedule": 6 * 3600.0},
    "forget photos of drafts that came to nothing": {
        "task": "booking.forget_draft_photos",
        "schedule": 3600.0,
    },
    # In small batches; what a long night leaves over goes the next day.
    "destroy what its time is over for": {"task": "booking.apply_retention", "schedule": 24 * 3600.0},
    "forget old idempotency keys": {"task": "booking.forget_idempotency_keys", "schedule": 3600.0},
}
