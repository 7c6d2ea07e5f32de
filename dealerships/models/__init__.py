"""Who the dealerships are, when they are open, and who works there."""

from dealerships.models.dealership import HOUSE_ZONE, Closure, Dealership, Group, OpeningHours, SpecialHours
from dealerships.models.staff import Role, StaffMember
from dealerships.models.user import User

__all__ = [
    "HOUSE_ZONE",
    "Closure",
    "Dealership",
    "Group",
    "OpeningHours",
    "Role",
    "SpecialHours",
    "StaffMember",
    "User",
]
