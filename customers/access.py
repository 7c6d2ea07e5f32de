"""Which customers somebody may look up: access is decided where they are fetched."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from customers.models import Customer, Vehicle, VehicleDriver, VehicleInvitation
from dealerships.models import Group, User
from dealerships.permissions import dealerships_for


def customers_for(user: User) -> QuerySet[Customer]:
    """The customers of every group in which this member of the staff works. One query at once, for the groups."""
    groups = set(dealerships_for(user).values_list("group", flat=True))
    return Customer.objects.filter(group__in=groups)


def customer_of(user: User | AnonymousUser, group: Group) -> Customer | None:
    """The record of a signed-in customer in a group, the first of several; None for anybody else. One query.

    Anybody can add a later one by booking in their name.
    """
    if not user.is_authenticated:
        return None
    return Customer.objects.filter(group=group, user=user).order_by("pk").first()


def vehicles_of(user: User | AnonymousUser, group: Group) -> QuerySet[Vehicle]:
    """The vehicles that a signed-in customer may see and choose in a group, the newest first; none for anybody else.

    Whoever types a VIN is linked to its vehicle, so a link alone proves nothing (`proved_links`).
    """
    if not user.is_authenticated:
        return Vehicle.objects.none()
    links = proved_links().filter(hidden=False, customer__user=user, customer__group=group)
    return Vehicle.objects.filter(group=group, pk__in=links.values("vehicle")).order_by("-pk")


def proved_links() -> QuerySet[VehicleDriver]:
    """Who really drives which vehicle: the first to bring it, the owner that the staff keep, who was invited to it."""
    of_the_vehicle = VehicleDriver.objects.filter(vehicle=OuterRef("vehicle")).order_by("pk")
    invited = VehicleInvitation.objects.filter(vehicle=OuterRef("vehicle"), accepted_by=OuterRef("customer"))
    proved = Q(owner=True) | Q(pk=Subquery(of_the_vehicle.values("pk")[:1])) | Exists(invited)
    return VehicleDriver.objects.filter(proved)


def driver_of(user: User | AnonymousUser, vehicle: Vehicle) -> Customer | None:
    """The record under which a signed-in customer drives a vehicle, the newest of several. One query."""
    if not user.is_authenticated:
        return None
    return Customer.objects.filter(user=user, links__vehicle=vehicle).order_by("-pk").first()


def proved_addresses(user: User | AnonymousUser) -> dict[str, str]:
    """The `phone` and the `email` that a signed-in customer has proved with a code; empty where there is none."""
    if not user.is_authenticated:
        return {"phone": "", "email": ""}
    return {"phone": user.phone or "", "email": user.email or ""}
