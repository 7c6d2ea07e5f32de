"""What anybody may ask: who you are, what you do, who receives me."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from ninja import Router

from api.access import Limit
from api.problems import invalid, not_found
from api.reading import refuse_unknown
from api.schemas import ALWAYS, AdvisorAnswer, DealershipAnswer, ProblemAnswer, ServiceAnswer
from booking.menu import MenuItem, load_menu, transports_for
from booking.models import Transport
from dealerships.models import Dealership, Role, StaffMember
from dealerships.remembered import dealership_at

router = Router(tags=["Dealerships"])
READ = Limit("api-read", "600/minute")
HERE = {**ALWAYS, 404: ProblemAnswer}


def get_dealership(slug: str, *, advisor: int | None = None) -> Dealership:
    """The dealership with its group; Problem 404, or 422 when `advisor` does not receive customers there.

    One query, two with an advisor.
    """
    found = dealership_at(slug)
    if found is None:
        raise not_found(_("There is no such dealership."))
    receive = StaffMember.objects.filter(dealership=found, role=Role.ADVISOR, active=True)
    if advisor is not None and not receive.filter(pk=advisor).exists():
        raise invalid({"advisor": [gettext("This advisor does not work here.")]})
    return found


@router.get("/dealerships", response={200: list[DealershipAnswer], **ALWAYS}, throttle=READ)
def list_dealerships(request: HttpRequest):
    refuse_unknown(request, ())
    rows = Dealership.objects.values("slug", "name", "zone", "phone", "languages")
    return JsonResponse(list(rows), safe=False)


@router.get("/dealerships/{slug:slug}/services", response={200: list[ServiceAnswer], **HERE}, throttle=READ)
def list_services(request: HttpRequest, slug: str):
    """The menu in the language of `?lang=` or Accept-Language."""
    refuse_unknown(request, ())
    language = get_language() or "fr"
    return JsonResponse(
        [_service(item, language) for item in load_menu(get_dealership(slug)).values()], safe=False
    )


@router.get("/dealerships/{slug:slug}/advisors", response={200: list[AdvisorAnswer], **HERE}, throttle=READ)
def list_advisors(request: HttpRequest, slug: str):
    refuse_unknown(request, ())
    advisors = get_dealership(slug).staff.filter(role=Role.ADVISOR, active=True)
    return JsonResponse(list(advisors.values("id", "name", "languages")), safe=False)


def _service(item: MenuItem, language: str) -> dict[str, object]:
    transports = transports_for([item], item.minutes)
    return {
        "code": item.code,
        "name": item.name(language),
        "minutes": item.minutes,
        "price": item.price,
        "waitable": Transport.WAIT in transports,
        "questions": [
            {
                "code": question.code,
                "label": question.label(language),
                "required": question.required,
                "choices": [
                    {"code": choice.code, "label": choice.label(language)} for choice in question.choices
                ],
            }
            for question in item.questions
        ],
        "transports": transports,
    }
