"""The booking page's forms, from what an advisor has typed so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.http import QueryDict
from django.shortcuts import get_object_or_404

from booking.forms import WishesForm
from booking.menu import Menu, load_menu
from booking.models import Source
from booking.views.wishes import wishes_initial, wishes_limits
from booking.waiting import USUAL_DAYS, Wishes
from customers.access import customers_for
from customers.models import Customer
from dealerships.models import Role, StaffMember
from desk.access import Desk, DeskRequest
from desk.basket import Asked, read_asked
from desk.forms import ANOTHER, WhoForm
from desk.forms_caller import CallBackForm, CallWordsForm
from desk.words import page_language
from lib.phones import format_phone

# The buttons of the page, by name.
DEEDS = BOOK, WAIT, CALL = "book", "wait", "call"


@dataclass(frozen=True, slots=True)
class Typed:
    """What the booking form has when one of its buttons is pressed."""

    desk: Desk
    data: QueryDict
    menu: Menu
    advisors: list[StaffMember]
    asked: Asked
    form: WhoForm
    customer: Customer | None
    wishes: WishesForm
    words: CallWordsForm


def read_typed(request: DeskRequest, desk: Desk, deed: str) -> Typed:
    """The forms that the button `deed` is about are bound; the others show what was typed and call nothing wrong."""
    data = request.POST if request.method == "POST" else request.GET
    menu, advisors = load_menu(desk.dealership), advisors_of(desk)
    customer = _customer(desk, data.get("customer", ""))
    return Typed(
        desk=desk,
        data=data,
        menu=menu,
        advisors=advisors,
        asked=read_asked(data, menu, advisors),
        form=_form(request, data, customer, deed),
        customer=customer,
        wishes=_wishes(desk, data, deed),
        words=_words(data, deed),
    )


def advisors_of(desk: Desk) -> list[StaffMember]:
    """Those who check vehicles in here."""
    return list(StaffMember.objects.filter(dealership=desk.dealership, role=Role.ADVISOR, active=True))


def _customer(desk: Desk, pk: str) -> Customer | None:
    if not pk:
        return None
    known = customers_for(desk.user).filter(group=desk.dealership.group_id).prefetch_related("vehicles")
    return get_object_or_404(known, pk=pk if pk.isdecimal() and len(pk) < 18 else 0)


def _form(request: DeskRequest, data: QueryDict, customer: Customer | None, deed: str) -> WhoForm:
    if deed:
        return CallBackForm(data, customer=customer) if deed == CALL else WhoForm(data, customer=customer)
    if request.method == "POST":
        # Only a look at the times: what is typed stays, and nothing is called wrong yet.
        fields = WhoForm(customer=customer).fields
        return WhoForm(initial={name: data.get(name) for name in fields}, customer=customer)
    initial = {"source": data.get("source") or Source.PHONE, "vehicle": ANOTHER, "language": page_language()}
    if customer:
        own = [str(vehicle.pk) for vehicle in customer.vehicles.all()]
        wanted = data.get("vehicle", "")
        initial |= {name: getattr(customer, name) for name in ("name", "phone", "email", "language")}
        initial["phone"] = format_phone(customer.phone, page_language())
        initial["vehicle"] = wanted if wanted in own else next(iter(own), ANOTHER)
    return WhoForm(initial=initial, customer=customer)


def _wishes(desk: Desk, data: QueryDict, deed: str) -> WishesForm:
    """The days that the caller would come, within the bounds that customers have; the next two weeks at first."""
    limits = wishes_limits(desk.dealership)
    if deed == WAIT:
        return WishesForm(data, **limits)
    if "first_day" in data:
        # Typed, and not asked about yet.
        days = {name: data.get(name, "") for name in ("first_day", "last_day")}
        ticked = {name: data.getlist(name) for name in ("weekdays", "parts")}
        return WishesForm(initial=days | ticked, **limits)
    last = limits["today"] + timedelta(days=min(USUAL_DAYS, desk.dealership.horizon_days))
    return WishesForm(initial=wishes_initial(Wishes(limits["today"], last)), **limits)


def _words(data: QueryDict, deed: str) -> CallWordsForm:
    return CallWordsForm(data) if deed == CALL else CallWordsForm(initial={"wish": data.get("wish", "")})
