"""The people who drive, their vehicles, what they consented to, and who looked at their records."""

from customers.models.access import AccessRecord
from customers.models.consent import ConsentChannel, ConsentEvent, ConsentKind, ConsentSource, Purpose
from customers.models.customer import ERASED_NAME, Customer
from customers.models.retention import RetentionRun
from customers.models.vehicle import Fuel, Vehicle, VehicleDriver, VehicleInvitation

__all__ = [
    "ERASED_NAME",
    "AccessRecord",
    "ConsentChannel",
    "ConsentEvent",
    "ConsentKind",
    "ConsentSource",
    "Customer",
    "Fuel",
    "Purpose",
    "RetentionRun",
    "Vehicle",
    "VehicleDriver",
    "VehicleInvitation",
]
