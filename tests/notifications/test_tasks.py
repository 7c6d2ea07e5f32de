from datetime import timedelta

import pytest
from celery import current_app

from lib import clock
from notifications import tasks
from notifications.actions.wake import TASK
from notifications.models import Message, State
from tests.notifications.letters import letter

OURS = {"notifications.send_due_messages", "notifications.settle_lost_messages"}


def test_the_timetable_and_the_wake_up_name_tasks_that_exist():
    planned = {entry["task"] for entry in current_app.conf.beat_schedule.values()}
    assert planned >= OURS
    assert OURS | {TASK} == {task.name for task in (tasks.send_due_messages, tasks.settle_lost_messages)}


@pytest.mark.django_db
def test_the_tasks_do_what_the_loop_does(settings):
    settings.EMAIL_URL = "demo://"
    letter().save()
    letter(
        about="appointment:lost", state=State.SENDING, lease_until=clock.now() - timedelta(seconds=1)
    ).save()
    tasks.settle_lost_messages()
    tasks.send_due_messages()
    assert set(Message.objects.values_list("state", flat=True)) == {State.ACCEPTED}
