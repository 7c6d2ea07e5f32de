"""What each role may do. The one list; pages and actions ask here and nowhere else."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from dealerships.models import Dealership, Role, User

EVERYBODY = frozenset(Role)
AT_THE_COUNTER = frozenset({Role.ADVISOR, Role.MANAGER, Role.GROUP_ADMINISTRATOR})

MAY: dict[str, frozenset[Role]] = {
    "see_schedule": EVERYBODY,
    "search_customers": EVERYBODY,
    "book": AT_THE_COUNTER | {Role.DELIVERY},
    "change_appointments": AT_THE_COUNTER,
    "overbook": frozenset({Role.MANAGER, Role.GROUP_ADMINISTRATOR}),
}


def dealerships_for(user: User) -> QuerySet[Dealership]:
    """The dealerships where `user` works; a group administrator works in every one of the group."""
    if not user.is_authenticated or not user.is_active:
        return Dealership.objects.none()
    mine = Q(staff__user=user, staff__active=True)
    groups = Dealership.objects.filter(
        staff__user=user, staff__active=True, staff__role=Role.GROUP_ADMINISTRATOR
    ).values("group")
    return Dealership.objects.filter(mine | Q(group__in=groups)).select_related("group").distinct()


def may(user: User, action: str, dealership: Dealership) -> bool:
    """Whether one of the user's roles in this dealership allows `action`, a key of MAY."""
    roles = MAY[action]
    if not user.is_authenticated or not user.is_active:
        return False
    here = Q(dealership=dealership, role__in=roles)
    over_the_group = Q(dealership__group=dealership.group_id, role=Role.GROUP_ADMINISTRATOR)
    allowed = here | over_the_group if Role.GROUP_ADMINISTRATOR in roles else here
    return user.roles.filter(allowed, active=True).exists()
