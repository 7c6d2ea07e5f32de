"""Who enters the desk, and where they stand in it. Every page of the desk goes through `desk_page`."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from dealerships.models import Dealership, User
from dealerships.permissions import actions_of, dealerships_for, roles_in

# Where this person last worked: the search and /desk/ stay there.
LAST_DEALERSHIP = "desk_dealership"


class DeskRequest(HttpRequest):
    """A request as the desk's pages are given it: signed in, and asked whether htmx sent it."""

    user: User
    htmx: HtmxDetails


@dataclass(frozen=True, slots=True)
class Desk:
    """Who is at which desk: the dealership in view, the others of this person, and what they may do here."""

    user: User
    dealership: Dealership
    dealerships: list[Dealership]
    allowed: frozenset[str]
    name: str


View = Callable[..., HttpResponse]


def desk_page(action: str) -> Callable[[View], View]:
    """A page for staff who may do `action` (a key of permissions.MAY) in the dealership that its address names.

    A stranger signs in first; staff without a second step set one up first, except in the demo. No role at
    all, or none that allows it, is 403. Another dealership is 404: it is not there for them.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def enter(request: DeskRequest, *args, dealership: str = "", **kwargs) -> HttpResponse:
            elsewhere = _sent_elsewhere(request, _page_of(request))
            if elsewhere:
                # What is swapped in beside the board must not become the sign-in page.
                return HttpResponseClientRedirect(elsewhere.url) if request.htmx else elsewhere
            desk = _open_desk(request, dealership)
            if action not in desk.allowed:
                raise PermissionDenied
            response = view(request, desk, *args, **kwargs)
            _keep_private(response)
            return response

        return enter

    return decorate


def _sent_elsewhere(request: HttpRequest, page: str) -> HttpResponseRedirect | None:
    if not request.user.is_authenticated:
        return redirect_to_login(page)
    if settings.DEMO or is_mfa_enabled(request.user) or not request.user.roles.filter(active=True).exists():
        return None
    messages.warning(request, _("Turn on two-step sign-in to open the desk."))
    return HttpResponseRedirect(reverse("mfa_index"))


def _page_of(request: DeskRequest) -> str:
    """Where to come back to after signing in: the page in view, never the address of a button."""
    if request.htmx:
        return request.htmx.current_url_abs_path or reverse("desk:home")
    return request.get_full_path() if request.method == "GET" else reverse("desk:home")


def _open_desk(request: DeskRequest, slug: str) -> Desk:
    mine = list(dealerships_for(request.user))
    if not mine:
        raise PermissionDenied
    wanted = slug or request.session.get(LAST_DEALERSHIP, "")
    here = next((dealership for dealership in mine if dealership.slug == wanted), None if slug else mine[0])
    if here is None:
        raise Http404
    if request.session.get(LAST_DEALERSHIP) != here.slug:
        request.session[LAST_DEALERSHIP] = here.slug
    roles = roles_in(request.user, here)
    name = next((role.name for role in roles), str(request.user))
    return Desk(request.user, here, mine, actions_of(roles), name)


def _keep_private(response: HttpResponse) -> None:
    patch_cache_control(response, private=True, no_store=True)
    response["X-Robots-Tag"] = "noindex, nofollow"
