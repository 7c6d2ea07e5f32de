from __future__ import annotations

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models.customer import Customer
from dealerships.models import Group
from lib import plates


class Fuel(models.TextChoices):
    """What drives a vehicle."""

    GASOLINE = "gasoline", _("Gasoline")
    DIESEL = "diesel", _("Diesel")
    HYBRID = "hybrid", _("Hybrid")
    PLUG_IN_HYBRID = "plug_in_hybrid", _("Plug-in hybrid")
    ELECTRIC = "electric", _("Electric")


class Vehicle(models.Model):
    """A vehicle the group serves. What a guest types never overwrites what is already known of it."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="vehicles")
    vin = models.CharField(max_length=17, blank=True)
    plate = models.CharField(max_length=8, blank=True)
    plate_key = models.CharField(max_length=8, blank=True, editable=False)  # O/0 and I/1 folded, for search
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    make = models.CharField(max_length=40, blank=True)
    model = models.CharField(max_length=60, blank=True)
    trim = models.CharField(max_length=60, blank=True, default="", db_default="")
    engine = models.CharField(max_length=60, blank=True, default="", db_default="")  # `2.0 L, 4 cylinders`
    # Blank when nobody knows.
    fuel = models.CharField(max_length=16, choices=Fuel.choices, blank=True, default="", db_default="")
    colour = models.CharField(max_length=40, blank=True)
    paint_code = models.CharField(max_length=12, blank=True)
    odometer = models.PositiveIntegerField(null=True, blank=True)  # kilometres
    odometer_on = models.DateField(null=True, blank=True)  # when it was read; blank when nobody knows
    created_at = models.DateTimeField(default=timezone.now)

    drivers = models.ManyToManyField(Customer, through="VehicleDriver", related_name="vehicles")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "vin"], condition=~Q(vin=""), name="vehicle_one_row_a_vin"
            ),
        ]
        indexes = [
            models.Index(fields=["plate_key", "group"], name="vehicle_by_plate"),
            # The last characters of a VIN, as people read them from the registration.
            models.Index(OpClass(Reverse("vin"), name="text_pattern_ops"), name="vehicle_by_end_of_vin"),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: object, **kwargs: object) -> None:
        self.plate_key = plates.search_key(self.plate) if self.plate else ""
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def title(self) -> str:
        """Make, model and year as one says them: `Honda Civic 2019`; the plate when nothing else is known."""
        return (
            " ".join(str(part) for part in (self.make, self.model, self.year) if part)
            or self.plate
            or self.vin
        )


class VehicleDriver(models.Model):
    """Who drives or owns a vehicle."""

    vehicle = models.ForeignKey(Vehicle, on_delete=models.CASCADE, related_name="links")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="links")
    owner = models.BooleanField(default=False)
    # They took it off their list; it comes back when it is booked for again.
    hidden = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["vehicle", "customer"], name="driver_linked_once")]


class VehicleInvitation(models.Model):
    """A driver asks somebody else of the household to see a vehicle too; open until accepted, withdrawn or expired."""

    vehicle = models.ForeignKey(Vehicle, on_delete=models.CASCADE, related_name="invitations")
    inviter = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    digest = models.CharField(max_length=64, unique=True)  # of the link's token; the token is not kept
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        Customer, on_delete=models.SET_NULL, null=True, blank=True, related_name="accepted_invitations"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["vehicle", "email"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="invitation_one_open_an_address",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(withdrawn_at=None), name="invitation_ends_one_way"
            ),
        ]
