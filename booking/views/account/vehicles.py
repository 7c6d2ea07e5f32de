"""One vehicle of the household: booking for it, sharing it, taking it off the list."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from booking.actions.inviting import call_off_invitation, send_invitation, take_off_the_list
from booking.views.account.household import household_of, own_visits, plans_at, vehicle_words
from booking.views.account.shared import of_account, records_of, show
from booking.views.draft import Draft, ensure_holder, save_draft
from booking.views.journey import Journey, see_other
from booking.views.own_vehicles import said_of
from booking.views.words import day_words, page_language
from customers.access import customer_of, driver_of
from customers.actions.households import stop_sharing
from customers.actions.invitations import open_invitations
from customers.models import Vehicle, VehicleInvitation
from dealerships.models import Dealership, User
from lib import clock
from lib.errors import Refusal
from lib.limits import limited

# Each writes to a stranger's mailbox.
INVITATIONS_A_PERSON = "10/hour;20/day"


@limited("invite", INVITATIONS_A_PERSON, methods={"POST"}, key=lambda request: f"user:{request.user.pk}")
@require_http_methods(["GET", "HEAD", "POST"])
@of_account
def vehicle(request: HttpRequest, user: User, pk: int) -> HttpResponseBase:
    """What is known of it and who else sees it; or invite somebody."""
    found = _find(user, pk)
    if request.method != "POST":
        return _show(request, user, found)
    if not _may_share(user, found):
        raise Http404
    inviter = driver_of(user, found)
    assert inviter is not None
    email = request.POST.get("email", "")[:254]
    try:
        sent = send_invitation(
            vehicle=found,
            inviter=inviter,
            email=email,
            dealership=_place(user, found),
            language=page_language(),
        )
    except Refusal as refusal:
        return _show(request, user, found, error=str(refusal), typed=email, status=422)
    messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": sent.email})
    return see_other(_url(found))


@require_POST
@of_account
def end_invitation(request: HttpRequest, user: User, pk: int, invitation: int) -> HttpResponseBase:
    """Withdraw one that is open, or stop sharing with who accepted it; one that is gone is gone."""
    found = _find(user, pk)
    asked = VehicleInvitation.objects.filter(pk=invitation, vehicle=found, inviter__user=user).first()
    if asked and asked.accepted_at:
        stop_sharing(invitation=asked)
        messages.success(request, _("The vehicle is no longer shared with them."))
    elif asked:
        call_off_invitation(invitation=asked)
        messages.success(request, _("The invitation is withdrawn."))
    return see_other(_url(found))


@require_POST
@of_account
def remove(request: HttpRequest, user: User, pk: int) -> HttpResponseBase:
    """Take it off the list; pressed twice, it is off."""
    found = next((one for one in household_of(user, records_of(user)) if one.pk == pk), None)
    if found:
        take_off_the_list(user=user, vehicle=found)
        messages.success(
            request, _("%(vehicle)s is off your list. Its visits stay.") % {"vehicle": found.title}
        )
    return see_other(reverse("account-home"))


@require_POST
@of_account
def book_for(request: HttpRequest, user: User, pk: int) -> HttpResponseBase:
    """To the services, with this vehicle chosen and oneself known."""
    found = _find(user, pk)
    dealership = _place(user, found)
    draft = Draft(vehicle=said_of(found))
    known = customer_of(user, dealership.group)
    if known:
        draft.contact = {
            "name": known.name, "phone": known.phone, "email": known.email, "language": page_language(),
        }  # fmt: skip
    ensure_holder(request)
    save_draft(request, dealership, draft)
    return Journey(request, dealership, draft).go_on()


def _find(user: User, pk: int) -> Vehicle:
    found = next((one for one in household_of(user, records_of(user)) if one.pk == pk), None)
    if found is None:
        raise Http404
    return found


def _may_share(user: User, vehicle: Vehicle) -> bool:
    """Who was invited themselves invites nobody further."""
    return not VehicleInvitation.objects.filter(vehicle=vehicle, accepted_by__user=user).exists()


def _place(user: User, vehicle: Vehicle) -> Dealership:
    """Where the customer last came with it; else the group's first dealership."""
    visit = next(iter(own_visits(user, [vehicle]).get(vehicle.pk, [])), None)
    if visit:
        return visit.dealership
    return Dealership.objects.select_related("group").filter(group=vehicle.group_id).order_by("pk")[0]


def _url(vehicle: Vehicle) -> str:
    return reverse("account-vehicle", args=[vehicle.pk])


def _show(
    request: HttpRequest, user: User, found: Vehicle, *, error: str = "", typed: str = "", status: int = 200
) -> HttpResponse:
    visits = own_visits(user, [found]).get(found.pk, [])
    context: dict[str, Any] = {
        "vehicle": {
            "id": found.pk,
            **vehicle_words(found, visits, plans_at({one.dealership for one in visits})),
        },
        "error": error,
        "typed": typed,
        "may_share": _may_share(user, found),
        **_people(user, found),
    }
    return show(request, "vehicle", context, status=status)


def _people(user: User, vehicle: Vehicle) -> dict[str, Any]:
    """Who was invited, and who came; by whom oneself was."""
    now = clock.now()
    mine = VehicleInvitation.objects.filter(vehicle=vehicle, inviter__user=user)
    waiting = open_invitations(now=now).filter(vehicle=vehicle, inviter__user=user).order_by("pk")
    by = (
        VehicleInvitation.objects.filter(vehicle=vehicle, accepted_by__user=user)
        .select_related("inviter")
        .first()
    )
    return {
        "shared": list(mine.exclude(accepted_at=None).order_by("pk")),
        "waiting": [
            {
                "id": one.pk,
                "email": one.email,
                "until": day_words(one.expires_at),
            }
            for one in waiting
        ],
        "shared_by": by.inviter.name if by else "",
    }
