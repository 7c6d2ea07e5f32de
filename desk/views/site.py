"""The dealership's identity: logo, colour, its own site, its place, and what to paste into that site."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from booking.menu import load_menu
from dealerships.actions.site import change_identity, remove_logo, set_logo
from dealerships.logos import show_logo
from dealerships.models import Dealership
from desk.access import Desk, DeskRequest, desk_page
from desk.forms_site import SiteForm, values_of
from desk.site_colours import show_colours
from desk.views.shared import page
from lib.errors import Refusal
from lib.logos import read_logo


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("change_site")
def site(request: DeskRequest, desk: Desk) -> HttpResponse:
    """Show the page, or do what one of its three buttons says: keep the logo, remove it, keep the rest."""
    does = {"logo": _keep_logo, "remove-logo": _remove_logo}
    return does.get(request.POST.get("do", ""), _keep)(request, desk)


@require_safe
@desk_page("change_site")
def colour(request: HttpRequest, desk: Desk) -> HttpResponse:  # noqa: ARG001 - the decorator's
    """What pages would make of a colour, while it is being chosen. Nothing is kept."""
    context = {"colours": _colours(request.GET.get("brand_colour", ""))}
    return render(request, "desk/_site_colours.html", context)


def _keep(request: DeskRequest, desk: Desk) -> HttpResponse:
    posted = request.method == "POST"
    form = SiteForm(request.POST if posted else None, initial=values_of(desk.dealership))
    if posted and form.is_valid():
        change_identity(dealership=desk.dealership, identity=form.identity)
        return _done(request, desk, _("Saved. Your pages show it from now on."))
    return _show(request, desk, form, status=422 if posted else 200)


def _keep_logo(request: DeskRequest, desk: Desk) -> HttpResponse:
    upload = request.FILES.get("logo")
    if upload is None:
        return _refuse_logo(request, desk, _("Choose a file first."))
    try:
        set_logo(dealership=desk.dealership, logo=read_logo(upload, size=upload.size or 0))
    except Refusal as refusal:
        return _refuse_logo(request, desk, str(refusal))
    return _done(request, desk, _("The logo is on your pages."))


def _refuse_logo(request: DeskRequest, desk: Desk, sentence: str) -> HttpResponse:
    form = SiteForm(initial=values_of(desk.dealership))
    return _show(request, desk, form, logo_error=sentence, status=422)


def _remove_logo(request: DeskRequest, desk: Desk) -> HttpResponse:
    remove_logo(dealership=desk.dealership)
    return _done(request, desk, _("The logo is removed; your pages show the name."))


def _done(request: DeskRequest, desk: Desk, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    return redirect("desk:site", desk.dealership.slug)


def _show(
    request: DeskRequest, desk: Desk, form: SiteForm, *, logo_error: str = "", status: int = 200
) -> HttpResponse:
    dealership = desk.dealership
    context = page(
        desk,
        form=form,
        logo=show_logo(dealership),
        logo_error=logo_error,
        colours=_colours(str(form["brand_colour"].value() or "")) or _colours(dealership.brand_colour),
        **_snippets(dealership),
    )
    return render(request, "desk/site.html", context, status=status)


def _colours(text: str) -> Any:
    """What pages make of this colour; None for what is no colour."""
    try:
        return show_colours(text)
    except ValueError:
        return None


def _snippets(dealership: Dealership) -> dict[str, Any]:
    """What to paste, and links to send, with this dealership's own codes."""
    script = f"{settings.PUBLIC_URL}{reverse('embed-script')}"
    first = next(iter(load_menu(dealership)), "")
    home = f"{settings.PUBLIC_URL}{reverse('book', args=[dealership.slug])}"
    attributes = f'data-dealership="{dealership.slug}" data-colour="{dealership.brand_colour}"'
    asked = f"?service={first}" if first else ""
    return {
        "script": f'<script src="{script}" {attributes} async></script>',
        "button": '<a data-creneau="button"></a>',
        "widget": '<div data-creneau="widget"></div>',
        "links": [
            {"label": _("The whole booking"), "url": home},
            *([{"label": _("With a service chosen"), "url": f"{home}{asked}"}] if first else []),
            {
                "label": _("With a service and the vehicle"),
                "url": f"{home}{asked or '?'}{'&' if asked else ''}make=Honda&model=Civic&year=2019",
            },
        ],
    }
