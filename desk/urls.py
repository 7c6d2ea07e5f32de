from django.urls import include, path, register_converter

from desk.converters import DayConverter
from desk.views import appointment, book, caller, calls, change, day, site
from desk.views.seeing import privacy

# Before the includes: their addresses name days too.
register_converter(DayConverter, "day")

app_name = "desk"
urlpatterns = [
    path("", day.home, name="home"),
    path("<slug:dealership>/day/", day.go_to_day, name="today"),
    path("<slug:dealership>/day/<day:day>/", day.day, name="day"),
    path("<slug:dealership>/week/", day.week, name="this-week"),
    path("<slug:dealership>/week/<day:day>/", day.week, name="week"),
    path("caller/", caller.caller, name="caller"),
    path("caller/<int:pk>/", caller.customer, name="customer"),
    path("caller/<int:pk>/privacy/", privacy.privacy, name="privacy"),
    path("caller/<int:pk>/privacy/data/", privacy.privacy_data, name="privacy-data"),
    path("<slug:dealership>/capacity/", include("desk.capacity_urls")),
    path("<slug:dealership>/messages/", include("desk.messages_urls")),
    path("<slug:dealership>/calls/", calls.calls, name="calls"),
    path("<slug:dealership>/calls/<int:pk>/", calls.call_made, name="call-made"),
    path("<slug:dealership>/site/", site.site, name="site"),
    path("<slug:dealership>/site/colour/", site.colour, name="site-colour"),
    path("<slug:dealership>/book/", book.book, name="book"),
    path("<slug:dealership>/appointment/<str:reference>/move/", change.move, name="move"),
    path("<slug:dealership>/appointment/<str:reference>/cancel/", change.cancel, name="cancel"),
    path("<slug:dealership>/appointment/<str:reference>/", appointment.appointment, name="appointment"),
    path("<slug:dealership>/appointment/<str:reference>/<str:step>/", appointment.step, name="step"),
]
