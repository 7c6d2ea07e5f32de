from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import Fuel
from dealerships.models import Dealership


class Transport(models.TextChoices):
    """How the customer gets on while the vehicle is here."""

    WAIT = "wait", _("I wait on site")
    DROP_OFF = "drop_off", _("I drop it off")
    KEY_DROP = "key_drop", _("I leave the key in the box")
    SHUTTLE = "shuttle", _("I take the shuttle")
    COURTESY_CAR = "courtesy_car", _("I need a courtesy car")


class Skill(models.TextChoices):
    """A kind of technician's work, whose minutes are counted by day."""

    EXPRESS = "express", _("Express")
    TIRES = "tires", _("Tires")
    MECHANICAL = "mechanical", _("Mechanical")
    DIAGNOSIS = "diagnosis", _("Diagnosis")
    ELECTRIC = "electric", _("Electric vehicles")


class Service(models.Model):
    """A line of the menu: what one can book, how long it is planned for, what it costs before taxes."""

    dealership = models.ForeignKey(Dealership, on_delete=models.CASCADE, related_name="services")
    code = models.SlugField(max_length=32)
    name_fr = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    summary_fr = models.CharField(max_length=200, blank=True)
    summary_en = models.CharField(max_length=200, blank=True)
    icon = models.SlugField(max_length=32, default="wrench")
    minutes = models.PositiveSmallIntegerField()  # planned labour
    price = models.PositiveIntegerField(null=True, blank=True)  # cents before taxes; blank: on estimate
    skill = models.CharField(max_length=16, choices=Skill.choices)
    # Other words that people search by, separated by commas.
    keywords_fr = models.CharField(max_length=300, blank=True, default="", db_default="")
    keywords_en = models.CharField(max_length=300, blank=True, default="", db_default="")
    # Vehicles that it is not offered to: no oil change for an electric one.
    not_for = ArrayField(
        models.CharField(max_length=16, choices=Fuel.choices), default=list, db_default=[], blank=True
    )
    # Whether it starts from a problem in the customer's own words, with photos.
    asks_problem = models.BooleanField(default=False, db_default=False)
    waitable = models.BooleanField(default=True)
    transports = ArrayField(models.CharField(max_length=16, choices=Transport.choices))
    # Hours before the start that must be left, the local time until which the same day may be booked, and how many
    # days ahead; blank means as the dealership has it.
    notice_hours = models.PositiveSmallIntegerField(default=0, db_default=0)
    same_day_until = models.TimeField(null=True, blank=True)
    horizon_days = models.PositiveSmallIntegerField(null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["dealership", "code"], name="service_code_once_a_dealership"),
            models.CheckConstraint(condition=Q(minutes__gte=1), name="service_takes_time"),
        ]

    def __str__(self) -> str:
        return self.name_fr


class Question(models.Model):
    """What must be known before a service can be planned, for example whether the tires are on rims."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="questions")
    code = models.SlugField(max_length=32)
    label_fr = models.CharField(max_length=120)
    label_en = models.CharField(max_length=120)
    # Without an answer a required one stops the booking; the others are asked, and planned as if not said.
    required = models.BooleanField(default=True, db_default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["service", "code"], name="question_code_once_a_service")
        ]


class Choice(models.Model):
    """One answer, and what it changes: minutes, price in cents, hours of notice."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="choices")
    code = models.SlugField(max_length=32)
    label_fr = models.CharField(max_length=120)
    label_en = models.CharField(max_length=120)
    extra_minutes = models.PositiveSmallIntegerField(default=0)
    extra_price = models.PositiveIntegerField(default=0)
    notice_hours = models.PositiveSmallIntegerField(default=0)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["question", "code"], name="choice_code_once_a_question")
        ]


class MaintenancePlan(models.Model):
    """What is due every so many kilometres or months, whichever comes first, and what it contains.

    Of the plans that fit a vehicle, those that name its make count before those for any.
    """

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="plans")
    make = models.CharField(max_length=40, blank=True)  # blank: any
    fuels = ArrayField(
        models.CharField(max_length=16, choices=Fuel.choices), default=list, blank=True
    )  # empty: any
    every_km = models.PositiveIntegerField()
    every_months = models.PositiveSmallIntegerField()
    name_fr = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    # One thing that is done a line.
    contents_fr = models.TextField(max_length=1000)
    contents_en = models.TextField(max_length=1000)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(every_km__gte=1000, every_months__gte=1), name="maintenance_comes_again"
            ),
        ]
