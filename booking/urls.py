"""The customers' addresses. Last in the URLconf: a dealership's slug matches anything."""

from django.urls import URLPattern, URLResolver, path

from booking.views import (
    account,
    appointment,
    check,
    contact,
    find,
    home,
    move,
    offer,
    services,
    time,
    vehicle,
    wait_list,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    # Beside django-allauth's own addresses
    path("account/", account.account_home, name="account-home"),
    path("account/after-sign-in/", account.after_sign_in, name="after-sign-in"),
    path("account/appointments/<str:reference>/", account.open_own, name="open-own"),
    # One dealership
    path("<slug:slug>/", home.dealership_home, name="dealership-home"),
    path("<slug:slug>/privacy/", home.privacy, name="privacy"),
    path("<slug:slug>/brand.css", home.brand_css, name="brand-css"),
    path("<slug:slug>/find/", find.find, name="find"),
    # The funnel
    path("<slug:slug>/book/", vehicle.vehicle, name="book"),
    path("<slug:slug>/book/services/", services.services, name="book-services"),
    path("<slug:slug>/book/time/", time.time, name="book-time"),
    path("<slug:slug>/book/hold/", contact.hold, name="book-hold"),
    path("<slug:slug>/book/contact/", contact.contact, name="book-contact"),
    path("<slug:slug>/book/check/", check.check, name="book-check"),
    path("<slug:slug>/book/wait-list/", wait_list.join, name="book-wait-list"),
    # The appointment that this browser may manage
    path("<slug:slug>/appointment/", appointment.appointment, name="appointment"),
    path("<slug:slug>/appointment/calendar.ics", appointment.calendar, name="appointment-calendar"),
    path("<slug:slug>/appointment/confirm/", appointment.confirm, name="appointment-confirm"),
    path("<slug:slug>/appointment/move/", move.move, name="appointment-move"),
    path("<slug:slug>/appointment/cancel/", appointment.cancel, name="appointment-cancel"),
    path("<slug:slug>/appointment/wait-list/", wait_list.bring_forward, name="appointment-wait-list"),
    path("<slug:slug>/appointment/messages/", appointment.message_choice, name="appointment-messages"),
    path("<slug:slug>/appointment/keep/", account.keep_details, name="appointment-keep"),
    # The wait-list entry and the offer that this browser's links opened
    path("<slug:slug>/wait-list/", wait_list.wait_list, name="wait-list"),
    path("<slug:slug>/wait-list/leave/", wait_list.leave, name="wait-list-leave"),
    path("<slug:slug>/offer/", offer.offer, name="offer"),
]
