"""What the members of the staff are called who did something, by their accounts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from dealerships.models import Dealership, StaffMember, User


def staff_names(dealership: Dealership, users: Iterable[int | None]) -> dict[int, str]:
    """The name of each account as somebody of the dealership's group. One query."""
    asked = {user for user in users if user}
    rows = StaffMember.objects.filter(user__in=asked, dealership__group=dealership.group_id)
    return {user: name for user, name in rows.order_by("-pk").values_list("user", "name") if user}


def say_who(user: User | None, names: Mapping[int, str]) -> str:
    """Their name; their e-mail address when nobody of the group has the account; the system without one."""
    return names.get(user.pk, str(user)) if user else _("the system")
