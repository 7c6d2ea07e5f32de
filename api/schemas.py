"""The shapes of what is sent and answered. What is sent is refused when it has a field that is not here."""

from __future__ import annotations

from datetime import date

from ninja import Schema
from pydantic import ConfigDict, Field, StrictInt, StrictStr

BIGGEST_ID = 2**63 - 1
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)


class Sent(Schema):
    model_config = ConfigDict(extra="forbid")


class AvailabilityQuery(Sent):
    service: list[str] = Field(
        min_length=1, max_length=20, description="Code of a service; repeat for several."
    )
    answer: list[str] = Field(
        [], max_length=40, description="question:choice, such as rims:on; repeat for several."
    )
    transport: str = "drop_off"
    advisor: int | None = Field(None, ge=1, le=BIGGEST_ID)
    first_day: date | None = Field(
        None, alias="from", ge=EARLIEST, le=LATEST, description="Today by default."
    )
    days: int = Field(7, ge=1, le=62)


class CustomerSent(Sent):
    name: StrictStr
    phone: StrictStr | None = Field(None, description="The mobile number, or the e-mail address, or both.")
    email: StrictStr | None = None
    language: StrictStr | None = Field(None, description="fr or en; French by default.")


class VehicleSent(Sent):
    vin: StrictStr | None = None
    plate: StrictStr | None = None
    year: StrictInt | StrictStr | None = None
    make: StrictStr | None = None
    model: StrictStr | None = None


class BookingSent(Sent):
    services: list[StrictStr] = Field(max_length=20)
    answers: dict[StrictStr, StrictStr] = Field({}, max_length=40)
    transport: StrictStr
    advisor: StrictInt | None = Field(None, ge=1, le=BIGGEST_ID)
    start: StrictStr = Field(description="ISO 8601 with its offset.")
    customer: CustomerSent
    vehicle: VehicleSent
    note: StrictStr | None = None


class MoveSent(Sent):
    start: StrictStr = Field(description="ISO 8601 with its offset.")
    version: StrictInt = Field(ge=1, le=2**31 - 1, description="The version that you have seen.")


class NothingSent(Sent):
    """An empty object."""


class DealershipAnswer(Schema):
    slug: str
    name: str
    zone: str
    phone: str
    languages: list[str]


class ChoiceAnswer(Schema):
    code: str
    label: str


class QuestionAnswer(Schema):
    code: str
    label: str
    required: bool = Field(description="Whether a booking needs an answer; the others may be left out.")
    choices: list[ChoiceAnswer]


class ServiceAnswer(Schema):
    code: str
    name: str
    minutes: int
    price: int | None = Field(description="Indicative, in cents before taxes; null: on estimate.")
    waitable: bool
    questions: list[QuestionAnswer]
    transports: list[str]


class AdvisorAnswer(Schema):
    id: int
    name: str
    languages: list[str]


class StartAnswer(Schema):
    start: str
    ready_by: str
    advisors: int


class DayAnswer(Schema):
    date: date
    open: int
    starts: list[StartAnswer] | None = Field(
        None, description="Only when seven days or fewer were asked for."
    )


class AvailabilityAnswer(Schema):
    zone: str
    first: StartAnswer | None
    days: list[DayAnswer]


class WhoAnswer(Schema):
    id: int
    name: str


class BookingAnswer(Schema):
    reference: str
    status: str
    start: str
    ready_by: str
    advisor: WhoAnswer
    manage_url: str


class LineAnswer(Schema):
    code: str
    name: str
    answers: dict[str, str]
    minutes: int
    price: int | None


class ContactAnswer(Schema):
    name: str
    phone: str
    email: str
    language: str


class VehicleAnswer(Schema):
    year: int | None
    make: str
    model: str


class AppointmentAnswer(Schema):
    reference: str
    status: str
    version: int
    dealership: str
    start: str
    ready_by: str
    advisor: WhoAnswer
    services: list[LineAnswer]
    minutes: int
    transport: str
    customer: ContactAnswer
    vehicle: VehicleAnswer
    note: str


class KnownVehicleAnswer(VehicleAnswer):
    vin: str
    plate: str
    colour: str
    paint_code: str
    odometer: int | None


class VisitAnswer(Schema):
    reference: str
    status: str
    dealership: str
    start: str
    ready_by: str
    vehicle: str
    services: list[str]


class KnownCustomerAnswer(ContactAnswer):
    vehicles: list[KnownVehicleAnswer]
    upcoming: list[VisitAnswer]
    past: list[VisitAnswer]


class CustomersAnswer(Schema):
    customers: list[KnownCustomerAnswer]


class ProblemAnswer(Schema):
    code: str
    message: str


class TakenAnswer(ProblemAnswer):
    alternatives: list[StartAnswer] | None = Field(None, description="With the code slot_taken only.")


class InvalidAnswer(ProblemAnswer):
    errors: dict[str, list[str]] = Field(description="Sentences by field, such as customer.phone.")


# What any call may be answered with; the calls add their own.
ALWAYS = {422: InvalidAnswer, 429: ProblemAnswer, 503: ProblemAnswer}
PRIVATE = {**ALWAYS, 401: ProblemAnswer, 404: ProblemAnswer}
CHANGE = {**PRIVATE, 400: ProblemAnswer, 409: TakenAnswer, 413: ProblemAnswer, 415: ProblemAnswer}
