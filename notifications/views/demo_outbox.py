"""/demo/outbox/: every message sent or planned, as the customer sees it. In the demo only."""

from csp.decorators import csp_replace
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from dealerships.models import Dealership
from lib.clock import say_moment
from lib.tokens import normalize_reference, show_reference
from notifications.kinds import KINDS
from notifications.models import Channel, Message, State
from notifications.render import render as render_message
from notifications.render import render_plain
from notifications.reply_to import reply_address

PAGE = 50
LIMIT = 500
# Inline style is what e-mail is made of; it is allowed in a letter's own answer and nowhere else.
LETTER_POLICY = {
    "default-src": ["'none'"],
    "script-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "frame-ancestors": ["'self'"],
}
FILTERS = ("channel", "kind", "state")


@require_safe
@never_cache
def demo_outbox(request):
    """The list, newest first; `?format=json` gives it to programs (`limit`, 500 at most)."""
    messages = _found(request)
    if request.GET.get("format") == "json":
        return JsonResponse([_as_data(message) for message in messages[: _limit(request)]], safe=False)
    page = Paginator(messages, PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "letters": [_as_seen(message) for message in page], **_choices(request)}
    return render(request, "demo/outbox.html", context)


@require_safe
@never_cache
@xframe_options_sameorigin
@csp_replace(LETTER_POLICY)  # type: ignore[arg-type]  # its signature forgets the URL's arguments
def demo_letter(request, pk):  # noqa: ARG001
    """One e-mail's HTML, for the list's frame."""
    _demo_only()
    message = get_object_or_404(Message, pk=pk, channel=Channel.EMAIL)
    try:
        html = render_message(message).html
    except Exception:  # noqa: BLE001 - whatever the payload holds, the list must show the rest
        return HttpResponse(_("This message can't be shown."), content_type="text/plain; charset=utf-8")
    # Links must leave the frame, which may not show other pages.
    return HttpResponse(html.replace("<head>", '<head><base target="_blank">', 1))


def _demo_only():
    if not settings.DEMO:
        raise Http404


def _found(request):
    _demo_only()
    chosen = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
    messages = Message.objects.filter(**chosen).select_related("dealership")
    if wanted := request.GET.get("reference"):
        messages = messages.filter(about=f"appointment:{normalize_reference(wanted)}")
    return messages.order_by("-created_at", "pk")


def _limit(request):
    text = request.GET.get("limit", "")
    return min(int(text), LIMIT) if text.isdecimal() and len(text) < 10 else LIMIT


def _as_data(message):
    subject, body = _plain(message)
    return {
        "channel": message.channel,
        "to": message.to,
        "kind": message.kind,
        "language": message.language,
        "subject": subject,
        "body": body,
        "reference": _reference(message),
        "state": message.state,
        "created_at": message.created_at.isoformat(),
        "sent_at": message.sent_at.isoformat() if message.sent_at else None,
    }


def _as_seen(message):
    subject, body = _plain(message)
    kind = KINDS.get(message.kind)
    reference = _reference(message)
    return {
        "message": message,
        "kind": kind.label if kind else message.kind,
        "subject": subject,
        "body": body,
        "reference": show_reference(reference) if reference else "",
        "planned": _say(message, message.next_try_at) if message.state == State.PENDING else "",
        "sent": _say(message, message.sent_at) if message.sent_at else "",
        "answerable": message.sent_at is not None and bool(reply_address(message)),
    }


def _plain(message):
    try:
        return render_plain(message)
    except Exception:  # noqa: BLE001 - as above
        return "", _("This message can't be shown.")


def _reference(message):
    reference = message.payload.get("reference") if isinstance(message.payload, dict) else ""
    return reference if isinstance(reference, str) else ""


def _say(message, moment):
    # An account's message has no dealership: the house zone.
    zone = message.dealership.zone if message.dealership else Dealership._meta.get_field("zone").default
    return say_moment(moment, zone, get_language())


def _choices(request):
    return {
        "filters": [
            ("channel", _("Channel"), Channel.choices, request.GET.get("channel")),
            (
                "kind",
                _("Kind"),
                [(kind.name, kind.label) for kind in KINDS.values()],
                request.GET.get("kind"),
            ),
            ("state", _("State"), State.choices, request.GET.get("state")),
        ],
        "reference": request.GET.get("reference", ""),
    }
