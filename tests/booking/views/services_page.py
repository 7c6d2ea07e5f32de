"""A garage with everything that the services page can ask, and what tests do on that page."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from booking.demo.maintenance import make_maintenance
from booking.models import Appointment, Choice, Question, Service, Skill, Status
from booking.views.draft import load_draft
from dealerships.models import User
from lib import clock
from tests.booking.views.conftest import CIVIC, LUC, Visitor
from tests.garage import EVERY_WAY, Garage

BRAKES = {"service": ["brakes"]}
# Sold with a gasoline engine too.
KONA = {"make": "Hyundai", "model": "Kona", "year": "2022", "fuel": "electric"}


def widen_menu(garage: Garage) -> Garage:
    """Leave work out for electric vehicles, add scheduled maintenance, a problem to tell, and questions left open."""
    dealership = garage.dealership
    dealership.services.filter(code="oil_change").update(not_for=["electric"], keywords_fr="lubrification")
    dealership.services.filter(code="brakes").update(asks_problem=True, keywords_fr="plaquettes, grincement")
    Service.objects.create(
        dealership=dealership, code="maintenance", name_fr="Entretien périodique", name_en="Scheduled maintenance",
        minutes=60, price=24995, skill=Skill.MECHANICAL, transports=EVERY_WAY,
    )  # fmt: skip
    Service.objects.create(
        dealership=dealership, code="diagnosis", name_fr="Diagnostic", name_en="Diagnosis", minutes=60, price=14995,
        skill=Skill.DIAGNOSIS, transports=EVERY_WAY, asks_problem=True,
    )  # fmt: skip
    make_maintenance(dealership)
    tires = dealership.services.get(code="tire_swap")
    sensors = Question.objects.create(
        service=tires, code="tpms", label_fr="Capteurs?", label_en="Sensors?", required=False, position=5
    )
    Choice.objects.create(question=sensors, code="yes", label_fr="Oui", label_en="Yes", extra_minutes=10)
    Choice.objects.create(question=sensors, code="no", label_fr="Non", label_en="No")
    return garage


def visitor_of(garage: Garage) -> Visitor:
    """In front of the services, with a Civic."""
    visitor = Visitor(garage)
    visitor.post("book/", CIVIC)
    return visitor


def drive(visitor: Visitor, **more: str) -> None:
    """What the vehicle step has learned of the vehicle."""
    session = visitor.client.session
    draft = session[f"draft:{visitor.garage.dealership.slug}"]
    draft["vehicle"] = {**draft["vehicle"], **more}
    session[f"draft:{visitor.garage.dealership.slug}"] = draft
    session.save()


def draft_of(visitor: Visitor) -> Any:
    class Asking:
        session = visitor.client.session

    return load_draft(Asking(), visitor.garage.dealership)  # type: ignore[arg-type]


def offered(page: str) -> list[str]:
    return re.findall(r'data-service="(\w+)"', page)


def page_of(visitor: Visitor, **query: str) -> str:
    return visitor.get("book/services/", **query).content.decode()


def finish(visitor: Visitor, **contact: str) -> Appointment:
    """From the services on: a time, who, and yes."""
    page = visitor.get("book/time/").content.decode()
    start = re.search(r'name="start" value="([^"]+)"', page)
    assert start
    visitor.post("book/time/", {"start": start[1], "transport": "drop_off"})
    visitor.post("book/contact/", {**LUC, **contact})
    answer = visitor.post("book/check/", visitor.confirmation())
    assert answer.status_code == 303, answer.content.decode()
    return Appointment.objects.latest("pk")


def past_visit(garage: Garage, user: User | None = None, *, days: int = 30, **more: Any) -> Appointment:
    """A visit that is done, by the customer of the account."""
    start = garage.at(8, day=(clock.now() + timedelta(days=days % 19 + 2)).date())
    while start.weekday() == 6:
        start += timedelta(days=1)
    visit = garage.book(start, now=clock.now(), basket=garage.basket("brakes"), **more)
    ago = clock.now() - timedelta(days=days)
    Appointment.objects.filter(pk=visit.pk).update(
        status=Status.COMPLETED, local_date=ago.date(), starts_at=ago, ready_at=ago + timedelta(hours=3),
        vehicle_title="Honda Civic 2019",
    )  # fmt: skip
    if user:
        visit.customer.user = user
        visit.customer.save()
    visit.refresh_from_db()
    return visit
