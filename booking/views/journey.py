"""Where somebody is in the booking funnel: what is done, what is missing, what has been chosen."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.actions.holds import live_hold
from booking.menu import Basket, Demand, Menu, basket_minutes, plan, transports_for
from booking.models import Hold, Transport
from booking.rulebook import rulebook_at
from booking.views.draft import Draft, holder_of, load_draft, reload_draft, save_draft
from booking.views.site import find_dealership
from booking.views.starts import read_start
from customers.access import customer_of, proved_addresses, vehicles_of
from customers.details import Contact, VehicleDetails, read_contact, read_vehicle
from customers.models import Vehicle
from dealerships.models import Dealership
from lib import clock
from lib.errors import Refusal

STEPS: Mapping[str, Any] = {
    "vehicle": gettext_lazy("Vehicle"),
    "services": gettext_lazy("Services"),
    "time": gettext_lazy("Date and time"),
    "contact": gettext_lazy("Your details"),
    "check": gettext_lazy("Check"),
}


@dataclass
class Journey:
    """One request's view of the draft. What the draft holds is read again each time: the menu may have changed."""

    request: HttpRequest
    dealership: Dealership
    draft: Draft

    @cached_property
    def menu(self) -> Menu:
        return rulebook_at(self.dealership).menu

    @cached_property
    def offered(self) -> Menu:
        """The menu without what makes no sense for this vehicle, such as an oil change for an electric one."""
        fuel = self.vehicle.fuel if self.vehicle else ""
        return {code: item for code, item in self.menu.items() if fuel not in item.not_for}

    @cached_property
    def transports(self) -> list[str]:
        """The ways of bringing the vehicle that the chosen services allow; empty without services."""
        services = tuple(self.draft.services)
        if not services or any(code not in self.menu for code in services):
            return []
        items = [self.menu[code] for code in services]
        return transports_for(items, basket_minutes(self.menu, services, self.draft.answers))

    @cached_property
    def transport(self) -> str:
        """The chosen way, else the usual one."""
        wanted = [self.draft.transport, Transport.DROP_OFF.value, *self.transports]
        return next((code for code in wanted if code in self.transports), "")

    @property
    def basket(self) -> Basket:
        return Basket(
            services=tuple(self.draft.services),
            transport=self.transport,
            answers=self.draft.answers,
            advisor=self.draft.advisor,
        )

    @cached_property
    def demand(self) -> Demand | None:
        """What the basket demands; None while a service or an answer is missing, or does not fit the vehicle."""
        try:
            return plan(self.offered, self.basket)
        except Refusal:
            return None

    @cached_property
    def vehicle(self) -> VehicleDetails | None:
        try:
            return read_vehicle(self.draft.vehicle)
        except Refusal:
            return None

    @cached_property
    def own_vehicle(self) -> Vehicle | None:
        """The signed-in customer's own vehicle that was chosen; None unless it is really theirs."""
        chosen = self.draft.vehicle.get("own", "")
        if not chosen.isdecimal():
            return None
        return vehicles_of(self.request.user, self.dealership.group).filter(pk=chosen).first()

    @cached_property
    def contact(self) -> Contact | None:
        try:
            return read_contact(self.draft.contact)
        except Refusal:
            return None

    @cached_property
    def start(self) -> datetime | None:
        """The chosen start; None while there is none."""
        return read_start(self.draft.start)

    @cached_property
    def held(self) -> Hold | None:
        """What this session holds here, for whatever basket."""
        holder = holder_of(self.request)
        return live_hold(self.dealership, holder) if holder else None

    @cached_property
    def hold(self) -> Hold | None:
        """The live hold of exactly what is chosen."""
        held = self.held
        if held is None or held.starts_at != self.start or Basket.from_json(held.basket) != self.basket:
            return None
        return held

    def is_done(self, step: str) -> bool:
        done = {
            "vehicle": lambda: self.vehicle is not None,
            "services": lambda: self.demand is not None,
            "time": lambda: self.start is not None and self.draft.transport in self.transports,
            "contact": lambda: self.contact is not None,
            "check": lambda: False,
        }
        return bool(done[step]())

    @property
    def first_missing(self) -> str:
        """The step to go on with; `check` when everything is there."""
        return next(step for step in STEPS if not self.is_done(step))

    def may_open(self, step: str) -> bool:
        """Whether every step before this one is done."""
        names = list(STEPS)
        return names.index(self.first_missing) >= names.index(step)

    def save(self) -> None:
        save_draft(self.request, self.dealership, self.draft)

    def url(self, step: str) -> str:
        return step_url(self.dealership, step)

    @property
    def hold_url(self) -> str:
        return reverse("book-hold", args=[self.dealership.slug])

    @property
    def hold_minutes(self) -> int:
        """Whole minutes, rounded up, that the hold still lasts."""
        left = self.hold.expires_at - clock.now() if self.hold else timedelta()
        return max(1, math.ceil(left / timedelta(minutes=1)))

    @property
    def appointment_url(self) -> str:
        return reverse("appointment", args=[self.dealership.slug])

    def go_on(self) -> HttpResponse:
        """To the first step that still misses something; what was computed of the draft is computed again."""
        again = self.again()
        return see_other(again.url(again.first_missing))

    def again(self) -> Journey:
        """The same draft read anew, after it was changed."""
        return Journey(self.request, self.dealership, self.draft)

    def reread(self) -> Journey:
        """With the draft as other tabs have left it by now."""
        return Journey(self.request, self.dealership, reload_draft(self.request, self.dealership))


def start_journey(request: HttpRequest, slug: str) -> Journey:
    """The journey of this session at this dealership, or 404.

    Whoever is signed in and known here need not say who they are: one query, until the draft says it. Only addresses
    that a code has proved are filled in; what else is on the record, somebody else may have typed.
    """
    dealership = find_dealership(slug)
    draft = load_draft(request, dealership)
    known = None if draft.contact else customer_of(request.user, dealership.group)
    if known:
        draft.contact = {"name": known.name, **proved_addresses(request.user), "language": known.language}
    return Journey(request, dealership, draft)


def step_url(dealership: Dealership, step: str) -> str:
    return reverse("book" if step == "vehicle" else f"book-{step}", args=[dealership.slug])


def see_other(url: str) -> HttpResponse:
    """303: what was posted is done, look there."""
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response


def transport_label(code: str) -> str:
    return str(Transport(code).label) if code in Transport.values else _("To choose")
