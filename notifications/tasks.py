"""Celery's wake-up calls: ids and truth are in the outbox, so these may run twice, late or never."""

from celery import shared_task

from notifications.actions import dispatch, settle


@shared_task(name="notifications.send_due_messages")
def send_due_messages():
    dispatch.send_due_messages()


@shared_task(name="notifications.settle_lost_messages")
def settle_lost_messages():
    settle.settle_lost_messages()
