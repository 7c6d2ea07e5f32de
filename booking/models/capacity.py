from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dealerships.models import Dealership, StaffMember


class PoolKind(models.IntegerChoices):
    """What a pool counts. The value is its rank: pools are locked by rank, then id, hottest last."""

    HAND_BACK = 0, _("Cars handed back, half hour")
    ADVISOR_CELL = 1, _("Advisor, quarter hour")
    ADVISOR_DAY = 2, _("Advisor, customers a day")
    WAITERS = 3, _("Waiters, half hour")
    TRANSPORT = 4, _("Transport")
    SERVICE_GROUP = 5, _("Jobs of a service group")
    SKILL_DAY = 6, _("Technicians' minutes by skill")
    CHANNEL_DAY = 7, _("Visits by channel")
    SHOP_DAY = 8, _("Shop minutes")


# Where one of these has no pool, nothing limits it; of the other kinds, what has no pool is not open.
WITHOUT_POOL_UNLIMITED = frozenset(
    {PoolKind.HAND_BACK, PoolKind.WAITERS, PoolKind.SERVICE_GROUP, PoolKind.CHANNEL_DAY}
)


class CapacityPool(models.Model):
    """Something scarce on one local day: `used` of `cap` + `override` units are claimed.

    `cap` NULL means no limit, 0 means closed. `closed` takes nobody and keeps who is in it. `used` is
    changed by booking.actions.claims only: a trigger refuses everybody else.

    A cap is never lowered below what is used: `wanted_cap` is then what it falls to as visits leave, and is
    blank once it is there. `honoured` says that whoever is in a closed or lowered pool stays; without it they
    are to be moved.
    """

    dealership = models.ForeignKey(Dealership, on_delete=models.CASCADE, related_name="pools")
    kind = models.PositiveSmallIntegerField(choices=PoolKind.choices)
    # An advisor's id, a skill, a transport, a group's code, `web` or `staff`; "" for the shop.
    subject = models.CharField(max_length=40, blank=True)
    local_date = models.DateField()
    starts_at = models.DateTimeField(null=True, blank=True)  # for cells and departures
    cap = models.PositiveIntegerField(null=True, blank=True)
    override = models.PositiveIntegerField(default=0)
    wanted_cap = models.PositiveIntegerField(null=True, blank=True)
    closed = models.BooleanField(default=False)
    honoured = models.BooleanField(default=False)
    used = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            # Also the index of every availability query: dealership, day, kind.
            models.UniqueConstraint(
                fields=["dealership", "local_date", "kind", "subject", "starts_at"],
                name="pool_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(used__gte=0), name="pool_used_is_not_negative"),
            models.CheckConstraint(
                condition=Q(cap__isnull=True) | Q(used__lte=F("cap") + F("override")),
                name="pool_never_overbooked",
            ),
            models.CheckConstraint(
                condition=Q(wanted_cap__isnull=True) | Q(cap__isnull=False, wanted_cap__lt=F("cap")),
                name="pool_cap_falls_to_what_is_wanted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.subject} {self.starts_at or self.local_date}"


class HoldState(models.TextChoices):
    HELD = "held"
    BOOKED = "booked"
    EXPIRED = "expired"
    RELEASED = "released"


class Hold(models.Model):
    """A chosen start, kept for a few minutes while its customer fills in the rest."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dealership = models.ForeignKey(Dealership, on_delete=models.CASCADE, related_name="holds")
    holder = models.CharField(max_length=64)  # the browser session, or the member of staff
    basket = models.JSONField()
    starts_at = models.DateTimeField()
    ready_at = models.DateTimeField()
    advisor = models.ForeignKey(StaffMember, on_delete=models.PROTECT)
    state = models.CharField(max_length=10, choices=HoldState.choices, default=HoldState.HELD)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    extended = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["expires_at"], condition=Q(state="held"), name="hold_expiring")]
        constraints = [
            models.UniqueConstraint(
                fields=["dealership", "holder"], condition=Q(state="held"), name="hold_one_live_a_holder"
            )
        ]


class CapacityClaim(models.Model):
    """An owner (a hold or an appointment) uses `units` of a pool, while `active`."""

    pool = models.ForeignKey(CapacityPool, on_delete=models.PROTECT, related_name="claims")
    hold = models.ForeignKey(Hold, on_delete=models.PROTECT, null=True, blank=True, related_name="claims")
    appointment = models.ForeignKey(
        "booking.Appointment", on_delete=models.PROTECT, null=True, blank=True, related_name="claims"
    )
    units = models.PositiveIntegerField()
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(units__gt=0), name="claim_takes_something"),
            models.CheckConstraint(
                condition=Q(hold__isnull=False, appointment__isnull=True)
                | Q(hold__isnull=True, appointment__isnull=False),
                name="claim_has_one_owner",
            ),
            models.UniqueConstraint(
                fields=["hold", "pool"],
                condition=Q(active=True, hold__isnull=False),
                name="claim_once_a_hold",
            ),
            models.UniqueConstraint(
                fields=["appointment", "pool"],
                condition=Q(active=True, appointment__isnull=False),
                name="claim_once_an_appointment",
            ),
        ]
