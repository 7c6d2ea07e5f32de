"""The people who drive, their vehicles, and who looked at their records."""

from customers.models.access import AccessRecord
from customers.models.customer import Customer
from customers.models.vehicle import Vehicle, VehicleDriver

__all__ = ["AccessRecord", "Customer", "Vehicle", "VehicleDriver"]
