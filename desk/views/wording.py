"""Everything that the system writes, to be read before customers do: no message is stored or sent by looking."""

from __future__ import annotations

import re

from csp.decorators import csp_replace
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from desk.access import Desk, DeskRequest, desk_page
from desk.views.shared import page
from desk.wording.shown import LANGUAGES, named_kinds, read_choice, show_kinds
from notifications.kinds import KINDS
from notifications.models import Channel
from notifications.payloads import dealership_payload
from notifications.render import render as render_message
from notifications.sample_cases import CASES, sample_message
from notifications.views.demo_outbox import LETTER_POLICY

_PREFERS_DARK = "@media (prefers-color-scheme: dark)"
_SCHEMES = re.compile(r"light dark(?=[\";])")


@require_safe
@desk_page("change_messages")
def wording(request: DeskRequest, desk: Desk) -> HttpResponse:
    """All kinds, or the one that the address names, in both languages and by each channel."""
    chosen = read_choice(request.GET)
    context = page(
        desk,
        cards=show_kinds(desk.dealership, chosen),
        chosen=chosen,
        kinds=named_kinds(desk.dealership),
        cases=CASES.values(),
        languages=[("", _("French and English")), ("fr", _("French")), ("en", _("English"))],
        language=chosen.languages[0] if len(chosen.languages) == 1 else "",
    )
    return render(request, "desk/wording/page.html", context)


@require_safe
@xframe_options_sameorigin
@csp_replace(LETTER_POLICY)
@desk_page("change_messages")
def letter(request: DeskRequest, desk: Desk, kind: str, language: str) -> HttpResponse:
    """One e-mail's HTML, for the page's frame; as bright as the address asks, whatever the screen prefers."""
    found = KINDS.get(kind)
    if found is None or Channel.EMAIL not in found.channels or language not in LANGUAGES:
        raise Http404
    chosen, variant = read_choice(request.GET), request.GET.get("wording", "")
    message = sample_message(
        found,
        channel=Channel.EMAIL,
        language=language,
        case=chosen.case,
        variant=variant if variant in found.variants else "",
        dealership=dealership_payload(desk.dealership),
    )
    # The frame lets no page open: links are there to be seen.
    html = render_message(message).html.replace("<head>", '<head><base target="_blank">', 1)
    return HttpResponse(_as_bright(html, chosen.look))


def _as_bright(html: str, look: str) -> str:
    """The letter as a program in this mode shows it."""
    html = html.replace(_PREFERS_DARK, "@media all" if look == "dark" else "@media not all")
    return _SCHEMES.sub(look, html)
