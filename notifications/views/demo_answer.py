"""/demo/outbox/<message>/answer/: a customer answers an e-mail, in the demo only, as their mail program would."""

from email.message import EmailMessage
from email.utils import formataddr, make_msgid

from anymail.inbound import AnymailInboundMessage
from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lib.clock import say_moment
from lib.languages import is_english
from notifications.actions.events import take_in
from notifications.models import Channel, Message
from notifications.render import render
from notifications.reply_to import reply_address
from notifications.transports.letter import message_id
from notifications.webhooks.letters import read_letter

LONGEST = 2000


@require_POST
@never_cache
def demo_answer(request, pk):
    """The words with the whole letter quoted below them, taken in like any other letter."""
    message = get_object_or_404(Message, pk=pk, channel=Channel.EMAIL)
    if not settings.DEMO or not reply_address(message):
        raise Http404
    words = request.POST.get("words", "").strip()[:LONGEST]
    if words:
        raw = _answer(message, words).as_bytes()
        told = read_letter(AnymailInboundMessage.parse_raw_mime_bytes(raw))
        if told:
            take_in("demo", told.event_id, told.kind, told.payload)
            messages.success(request, _("Your answer was sent to the dealership."))
    else:
        messages.error(request, _("Write a message first."))
    return redirect("notifications:demo-outbox")


def _answer(message, words):
    rendered, to = render(message), reply_address(message)
    when = say_moment(message.sent_at or message.created_at, message.dealership.zone, message.language)
    sender = f"{rendered.sender} <{to}>"
    wrote = (
        f"On {when}, {sender} wrote:"
        if is_english(message.language)
        else f"Le {when}, {sender} a écrit\u00a0:"
    )
    quoted = "\n".join(f"> {line}" for line in rendered.text.splitlines())
    answer = EmailMessage()
    answer["From"] = formataddr((message.payload.get("name") or "", message.to))
    answer["To"], answer["Subject"] = formataddr((rendered.sender, to)), f"Re: {rendered.subject}"
    answer["Message-ID"], answer["In-Reply-To"] = make_msgid(domain="demo.example"), message_id(message)
    answer.set_content(f"{words}\n\n{wrote}\n\n{quoted}\n")
    return answer
