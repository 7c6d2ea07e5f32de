"""/stop/<token>/: no more messages of one sort to an address, free and without signing in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from customers.consent_words import Topic, topic_words
from lib.limits import client_ip
from lib.phones import format_phone
from notifications.actions.stop import stop_messages_like
from notifications.kinds import KINDS
from notifications.models import Channel, Message
from notifications.render import STOP_SALT, preferences_url
from notifications.views.reader import keep_to_reader, message_of_token, show_dealership


@csrf_exempt  # mail programs post here by themselves (RFC 8058); the token is the proof
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop_messages(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing (mail scanners follow links); the button, or a mail program's post, stops."""
    message = message_of_token(token, salt=STOP_SALT)
    stopped = request.method == "POST"
    if stopped:
        stop_messages_like(
            message=message,
            language=get_language() or "fr",
            ip=client_ip(request),
            agent=request.headers.get("User-Agent", ""),
        )
    return keep_to_reader(render(request, "messages/stop.html", stop_context(message, stopped=stopped)))


def stop_context(message: Message, *, stopped: bool) -> dict[str, object]:
    """What the page says: whose messages, to which address, and of which sort when they are commercial."""
    language, kind = get_language() or "fr", KINDS[message.kind]
    by_text = message.channel == Channel.SMS
    return {
        "dealership": show_dealership(message.dealership, language),
        "address": format_phone(message.to, language) if by_text else message.to,
        "by_text": by_text,
        "topic": topic_words(Topic(message.channel, kind.purpose), language) if kind.purpose else "",
        "preferences_url": preferences_url(message),
        "stopped": stopped,
    }
