"""/demo/phone/: a customer's telephone, in the demo only. What it writes goes to the development gateway."""

import json
from itertools import chain
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.db.models import Max
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from dealerships.models import Dealership
from lib.clock import say_moment
from lib.errors import Refusal
from lib.phones import format_phone, parse_phone
from notifications.models import Channel, Message, State, WebhookEvent, WebhookKind
from notifications.render import render_plain
from notifications.transports import transport_for
from notifications.transports.base import TransportError
from notifications.transports.http import call

NUMBERS, LINES = 12, 40
LONGEST = 480
ARRIVED = (State.ACCEPTED, State.DELIVERED)
MODES = ("ok", "slow", "429", "500", "timeout_after_accepting", "wrong_json", "duplicate_callbacks")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def demo_phone(request):
    """The telephone of one number: what came, what was written; a post writes, calls, or changes the gateway."""
    if not settings.DEMO:
        raise Http404
    if request.method == "POST":
        return _act(request)
    number = _number(request.GET.get("number", ""))
    numbers = _numbers(number)
    number = number or (numbers[0]["number"] if numbers else "")
    context = {
        "number": number,
        "shown": format_phone(number, get_language()),
        "numbers": numbers,
        "lines": _thread(number) if number else [],
        "modes": _modes(),
        "mode": _ask("GET", "/mode").get("mode", ""),
        "longest": LONGEST,
    }
    return render(request, "demo/phone.html", context)


def _act(request):
    number = _number(request.POST.get("number", ""))
    actions = {"write": _write, "call": _miss_call, "mode": _change_mode}
    act = actions.get(request.POST.get("action", ""))
    if act is None or not number:
        messages.error(request, _("Choose a number first."))
    elif not act(request.POST, number):
        messages.error(request, _("The development gateway does not answer."))
    return redirect(f"{reverse('notifications:demo-phone')}?{urlencode({'number': number})}")


def _write(posted, number):
    words = posted.get("words", "").strip()[:LONGEST]
    last, transport = _last(number), transport_for(Channel.SMS)
    sender = transport.sender_for(last) if last and transport else ""
    return not words or _ask("POST", "/inbound", {"from": number, "to": sender, "words": words})


def _miss_call(_posted, number):
    last = _last(number)
    dealership = (last and last.dealership) or Dealership.objects.order_by("pk").first()
    return _ask("POST", "/missed-call", {"from": number, "to": dealership.phone if dealership else ""})


def _change_mode(posted, _number):
    return _ask("POST", "/mode", {"mode": posted.get("mode", "ok")})


def _ask(method, path, told=None):
    """The gateway's answer; empty when it does not give one, or when text messages go elsewhere."""
    if not settings.SMS_URL.startswith("gateway+http://"):
        return {}
    base = urlsplit(settings.SMS_URL.replace("gateway+http", "http", 1))
    body = b"" if told is None else json.dumps(told).encode()
    try:
        answer = call(method, base, path, body, {"Content-Type": "application/json"})
    except TransportError:
        return {}
    return answer.told if answer.is_success else {}


def _number(text):
    try:
        return parse_phone(text)
    except Refusal:
        return ""


def _last(number):
    texts = Message.objects.filter(channel=Channel.SMS, to=number).select_related("dealership")
    return texts.order_by("-created_at").first()


def _numbers(chosen):
    """Who was lately sent a text message, newest first."""
    texts = Message.objects.filter(channel=Channel.SMS, state__in=ARRIVED).values("to")
    latest = texts.annotate(at=Max("sent_at")).order_by("-at")[:NUMBERS]
    found = [row["to"] for row in latest]
    if chosen and chosen not in found:
        found.insert(0, chosen)
    return [{"number": number, "shown": format_phone(number, get_language())} for number in found]


def _thread(number):
    """Both sides, oldest first."""
    texts = Message.objects.filter(channel=Channel.SMS, to=number, state__in=ARRIVED).select_related(
        "dealership"
    )
    written = WebhookEvent.objects.filter(kind=WebhookKind.TEXT, payload__from=number)
    lines = chain(
        (_came(message) for message in texts.order_by("-sent_at")[:LINES]),
        (_wrote(event) for event in written.order_by("-received_at")[:LINES]),
    )
    return sorted(lines, key=lambda line: line["at"])[-LINES:]


def _came(message):
    try:
        _subject, words = render_plain(message)
    except Exception:  # noqa: BLE001 - whatever one payload holds, the telephone shows the rest
        words = _("This message can't be shown.")
    zone = message.dealership.zone if message.dealership else _house_zone()
    said = say_moment(message.sent_at, zone, get_language())
    return {"at": message.sent_at, "said": said, "words": words, "ours": False, "language": message.language}


def _wrote(event):
    said = say_moment(event.received_at, _house_zone(), get_language())
    return {
        "at": event.received_at,
        "said": said,
        "words": event.payload["words"],
        "ours": True,
        "language": "",
    }


def _house_zone():
    return Dealership._meta.get_field("zone").default


def _modes():
    labels = {
        "ok": _("Works"),
        "slow": _("Slow"),
        "429": _("Too many messages (429)"),
        "500": _("Broken (500)"),
        "timeout_after_accepting": _("Accepts and says nothing"),
        "wrong_json": _("Accepts and answers nonsense"),
        "duplicate_callbacks": _("Tells everything twice"),
    }
    return [(mode, labels[mode]) for mode in MODES]
