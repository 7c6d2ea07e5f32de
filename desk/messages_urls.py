"""Messages at the desk: /desk/<dealership>/messages/…"""

from django.urls import path

from desk.views import cadence, inbox, thread, unconfirmed, wording
from desk.views.seeing import flags, health, no_shows, retention

urlpatterns = [
    path("", inbox.inbox, name="messages-inbox"),
    path("<int:pk>/", thread.thread, name="messages-thread"),
    path("<int:pk>/assign/", inbox.assign_to, name="messages-assign"),
    path("<int:pk>/done/", inbox.done, name="messages-done"),
    path("<int:pk>/act/<str:what>/", inbox.act, name="messages-act"),
    path("to/<int:customer>/", thread.write_to, name="messages-to"),
    path("cadence/", cadence.cadence, name="messages-cadence"),
    path("cadence/<slug:kind>/", cadence.cadence_of, name="messages-cadence-of"),
    path("unconfirmed/", unconfirmed.unconfirmed, name="messages-unconfirmed"),
    path("unconfirmed/<str:reference>/", unconfirmed.answer_for, name="messages-unconfirmed-answer"),
    path("flags/", flags.flags_as_typed, name="messages-flags"),
    path("unblock/", flags.unblock, name="messages-unblock"),
    path("health/", health.health, name="messages-health"),
    path("health/<uuid:pk>/resend/", health.resend, name="messages-resend"),
    path("no-shows/", no_shows.no_shows, name="messages-no-shows"),
    path("retention/", retention.retention, name="messages-retention"),
    path("wording/", wording.wording, name="messages-wording"),
    path("wording/<str:kind>/<str:language>/", wording.letter, name="messages-wording-letter"),
]
