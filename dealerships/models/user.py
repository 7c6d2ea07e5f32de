from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lib.phones import format_phone


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str | None, password: str | None = None, **fields: Any) -> User:
        """Save a user; without a password the account can only be entered with a code, or a passkey."""
        user = self.model(email=email.strip().lower() if email else None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """Someone who signs in: staff by e-mail address; customers by that or by the number of their telephone.

    Who closed their account has neither any more, so that both may open a new one.
    """

    email = models.EmailField(_("e-mail"), unique=True, null=True, blank=True)
    # E.164; opens the account with a code sent there, which proves it.
    phone = models.CharField(_("mobile number"), max_length=16, unique=True, null=True, blank=True)
    language = models.CharField(max_length=2, default="fr")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False, help_text="May enter Django's admin.")
    # Demo accounts have a published password: they may sign in with DEMO=1 only.
    demo = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            # With the unique index: one account an address, however it is typed.
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_address_is_lower_case"),
            models.CheckConstraint(
                condition=Q(email__isnull=False) | Q(phone__isnull=False) | Q(is_active=False),
                name="user_can_be_reached",
            ),
        ]

    def __str__(self) -> str:
        return self.email or format_phone(self.phone or "", self.language)
