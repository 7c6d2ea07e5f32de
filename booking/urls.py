"""The customers' addresses. Last in the URLconf: a dealership's slug matches anything."""

from django.urls import URLPattern, URLResolver, path

from booking.views import account, appointment, check, contact, find, home, move, services, time, vehicle

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    # Beside django-allauth's own addresses
    path("account/", account.account_home, name="account_home"),
    path("account/after-sign-in/", account.after_sign_in, name="after-sign-in"),
    path("account/appointments/<str:reference>/", account.open_own, name="open_own"),
    # One dealership
    path("<slug:slug>/", home.dealership_home, name="dealership_home"),
    path("<slug:slug>/privacy/", home.privacy, name="privacy"),
    path("<slug:slug>/brand.css", home.brand_css, name="brand_css"),
    path("<slug:slug>/find/", find.find, name="find"),
    # The funnel
    path("<slug:slug>/book/", vehicle.vehicle, name="book"),
    path("<slug:slug>/book/services/", services.services, name="book_services"),
    path("<slug:slug>/book/time/", time.time, name="book_time"),
    path("<slug:slug>/book/hold/", contact.hold, name="book_hold"),
    path("<slug:slug>/book/contact/", contact.contact, name="book_contact"),
    path("<slug:slug>/book/check/", check.check, name="book_check"),
    # The appointment that this browser may manage
    path("<slug:slug>/appointment/", appointment.appointment, name="appointment"),
    path("<slug:slug>/appointment/calendar.ics", appointment.calendar, name="appointment_calendar"),
    path("<slug:slug>/appointment/confirm/", appointment.confirm, name="appointment_confirm"),
    path("<slug:slug>/appointment/move/", move.move, name="appointment_move"),
    path("<slug:slug>/appointment/cancel/", appointment.cancel, name="appointment_cancel"),
    path("<slug:slug>/appointment/messages/", appointment.message_choice, name="appointment_messages"),
    path("<slug:slug>/appointment/keep/", account.keep_details, name="appointment_keep"),
]
