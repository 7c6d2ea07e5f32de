"""What each role may do. The one list; pages and actions ask here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from dealerships.models import Dealership, Role, StaffMember, User

# Technicians are in the schedule and do not sign in.
EVERYBODY = frozenset(Role) - {Role.TECHNICIAN}
AT_THE_COUNTER = frozenset({Role.ADVISOR, Role.MANAGER, Role.GROUP_ADMINISTRATOR})

MAY: dict[str, frozenset[Role]] = {
    "see_schedule": EVERYBODY,
    "search_customers": EVERYBODY,
    "book": AT_THE_COUNTER | {Role.DELIVERY},
    "change_appointments": AT_THE_COUNTER,
    "explain_capacity": AT_THE_COUNTER,
    "change_capacity": frozenset({Role.MANAGER, Role.GROUP_ADMINISTRATOR}),
    "write_messages": AT_THE_COUNTER | {Role.DELIVERY},
    "change_messages": frozenset({Role.MANAGER, Role.GROUP_ADMINISTRATOR}),
    "handle_privacy": frozenset({Role.MANAGER, Role.GROUP_ADMINISTRATOR}),
    "change_site": frozenset({Role.MANAGER, Role.GROUP_ADMINISTRATOR}),
}


def dealerships_for(user: User | AnonymousUser) -> QuerySet[Dealership]:
    """The dealerships where `user` works; a group administrator works in every one of the group."""
    if not user.is_authenticated or not user.is_active:
        return Dealership.objects.none()
    mine = Q(staff__user=user, staff__active=True)
    groups = Dealership.objects.filter(
        staff__user=user, staff__active=True, staff__role=Role.GROUP_ADMINISTRATOR
    ).values("group")
    return Dealership.objects.filter(mine | Q(group__in=groups)).select_related("group").distinct()


def may(user: User | AnonymousUser, action: str, dealership: Dealership) -> bool:
    """Whether one of the user's roles in this dealership allows `action`, a key of MAY."""
    wanted = MAY[action]
    return any(role.role in wanted for role in roles_in(user, dealership))


def roles_in(user: User | AnonymousUser, dealership: Dealership) -> list[StaffMember]:
    """The user's roles that count in this dealership. One query; none for a stranger."""
    if not user.is_authenticated or not user.is_active:
        return []
    over_the_group = Q(dealership__group=dealership.group_id, role=Role.GROUP_ADMINISTRATOR)
    return list(user.roles.filter(Q(dealership=dealership) | over_the_group, active=True))


def actions_of(roles: Iterable[StaffMember]) -> frozenset[str]:
    """Every action that these roles allow, for pages that ask about several."""
    held = {role.role for role in roles}
    return frozenset(action for action, allowed in MAY.items() if held & allowed)
