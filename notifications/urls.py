"""Stopping messages, and the demo's outbox and telephone."""

from django.urls import path

from notifications.views.demo_answer import demo_answer
from notifications.views.demo_outbox import demo_letter, demo_outbox
from notifications.views.demo_phone import demo_phone
from notifications.views.preferences import preferences
from notifications.views.stop import stop_messages

app_name = "notifications"
urlpatterns = [
    path("p/<str:token>/", preferences, name="preferences"),
    path("stop/<str:token>/", stop_messages, name="stop-messages"),
    path("demo/outbox/", demo_outbox, name="demo-outbox"),
    path("demo/phone/", demo_phone, name="demo-phone"),
    path("demo/outbox/<uuid:pk>/", demo_letter, name="demo-letter"),
    path("demo/outbox/<uuid:pk>/answer/", demo_answer, name="demo-answer"),
]
