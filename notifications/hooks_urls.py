"""Addresses for other machines: no language, no session, no form."""

from django.urls import path

from notifications.views.hooks import inbound_text, telephone_event, text_status
from notifications.views.mail_hooks import mail_event, mail_letter

app_name = "hooks"
urlpatterns = [
    path("sms/<slug:provider>/", inbound_text, name="inbound-text"),
    path("sms/<slug:provider>/status/", text_status, name="text-status"),
    path("telephony/", telephone_event, name="telephone-event"),
    path("mail/<slug:service>/tracking/", mail_event, name="mail-event"),
    path("mail/<slug:service>/inbound/", mail_letter, name="mail-letter"),
]
