"""/p/<token>/: what one address gets from a dealership's group, chosen without signing in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from customers.consent_grounds import say_standing
from customers.consent_words import sender_of, sender_words, topic_words
from lib.languages import is_english
from lib.limits import client_ip, limited
from lib.phones import format_phone
from notifications.actions.preferences import Wishes, keep_wishes
from notifications.models import Channel, Suppression
from notifications.preferences import Preferences, load_preferences
from notifications.render import PREFERENCES_SALT
from notifications.views.reader import keep_to_reader, message_of_token, show_dealership


# The token is the proof that no other site has; and under `no-referrer` browsers send forms from the origin "null".
@csrf_exempt
@limited("preferences", "60/hour", methods={"POST"})
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """The page; posting saves what is ticked, with its proof. Looking changes nothing."""
    message = message_of_token(token, salt=PREFERENCES_SALT)
    language = "en" if is_english(get_language() or "fr") else "fr"
    known = load_preferences(message)
    if request.method == "POST":
        keep_wishes(
            preferences=known,
            wishes=Wishes(
                visits="visits" in request.POST,
                topics=frozenset(request.POST.getlist("topic")),
                language=request.POST.get("language", ""),
            ),
            language=language,
            ip=client_ip(request),
            agent=request.headers.get("User-Agent", ""),
        )
        messages.success(request, _("Your choices are saved. They count from the next message on."))
        # A page of its own, so that going back posts nothing twice.
        return keep_to_reader(HttpResponseRedirect(request.path, status=303))
    context = {"dealership": show_dealership(known.dealership, language), **_shown(known, language)}
    return keep_to_reader(render(request, "messages/preferences.html", context))


def _shown(known: Preferences, language: str) -> dict[str, Any]:
    by_text = known.message.channel == Channel.SMS
    blocked = known.suppression
    return {
        "address": format_phone(known.message.to, language) if by_text else known.message.to,
        "by_text": by_text,
        "visits": blocked is None,
        # Carriers take only the word START from the telephone itself.
        "start_number": format_phone(known.dealership.sms_sender, language) if by_text and blocked else "",
        "only_start": by_text and blocked is not None,
        "unreachable": blocked is not None and blocked.reason == Suppression.Reason.UNREACHABLE,
        "topics": [
            {
                "value": f"{topic.channel}:{topic.purpose}",
                "words": topic_words(topic, language),
                **say_standing(standing, language, zone=known.dealership.zone),
            }
            for topic, standing in known.standings.items()
        ],
        "sender": sender_words(sender_of(known.dealership), language),
        "message_language": known.customer.language if known.customer else "",
    }
