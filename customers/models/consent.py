from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models.customer import Customer
from dealerships.models import User


class Purpose(models.TextChoices):
    """What a commercial message is for; each purpose is consented to by itself (Law 25, s. 14)."""

    MAINTENANCE_DUE = "maintenance_due", _("Maintenance and tire changes that are due")
    OFFERS = "offers", _("Offers and news")


class ConsentChannel(models.TextChoices):
    EMAIL = "email", _("E-mail")
    SMS = "sms", _("Text message")


class ConsentKind(models.TextChoices):
    """The grounds of CASL: express, or implied by a purchase or an inquiry; and its withdrawal."""

    EXPRESS = "express", _("Express")
    IMPLIED_PURCHASE = "implied_purchase", _("Implied by a purchase or a service")
    IMPLIED_INQUIRY = "implied_inquiry", _("Implied by an inquiry")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ConsentSource(models.TextChoices):
    FORM = "form", _("Booking form")
    ACCOUNT = "account", _("Account")
    ORAL = "oral", _("Told to our staff")
    IMPORT = "import", _("Import")
    MESSAGE = "message", _("Link or word in a message")


class ConsentEvent(models.Model):
    """One yes or no to commercial messages, with its proof, which is the sender's to bring (CASL s. 13).

    Append-only, by trigger, but for destruction when its time is over; which one counts: customers/consents.py. It
    belongs to the customer's group.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="consents")
    channel = models.CharField(max_length=8, choices=ConsentChannel.choices)
    address = models.CharField(max_length=254)  # e-mail address or E.164 number
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    kind = models.CharField(max_length=20, choices=ConsentKind.choices)
    source = models.CharField(max_length=8, choices=ConsentSource.choices)
    # The words that were on the screen, and their version.
    words = models.TextField(max_length=1000)
    words_version = models.CharField(max_length=16)
    language = models.CharField(max_length=2)
    at = models.DateTimeField(default=timezone.now)
    ip = models.GenericIPAddressField(null=True, blank=True)
    agent = models.CharField(max_length=200, blank=True)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True)

    class Meta:
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["channel", "address", "purpose", "-at"], name="consent_newest_first"),
        ]
