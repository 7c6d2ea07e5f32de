"""An e-mail as a MIME letter. Every try of one message carries the same Message-ID."""

from __future__ import annotations

from email.mime.text import MIMEText
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from notifications.models import Message
from notifications.render import Rendered


def message_id(message: Message) -> str:
    """The one Message-ID of this message, whichever try it is."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{message.pk}@{domain}>"


def build_letter(message: Message, rendered: Rendered) -> EmailMultiAlternatives:
    """The letter: text, the same in HTML, attachments; from the dealership's name, answers to its address."""
    headers = {"Message-ID": message_id(message), "Auto-Submitted": "auto-generated"}
    if rendered.stop_url:
        headers["List-Unsubscribe"] = f"<{rendered.stop_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    letter = EmailMultiAlternatives(
        subject=rendered.subject,
        body=rendered.text,
        from_email=formataddr((rendered.sender, parseaddr(settings.DEFAULT_FROM_EMAIL)[1])),
        to=[message.to],
        reply_to=[rendered.reply_to] if rendered.reply_to else None,
        headers=headers,
    )
    letter.attach_alternative(rendered.html, "text/html")
    for attachment in rendered.attachments:
        part = MIMEText(attachment.content.decode(), "calendar", "utf-8")
        part.set_param("method", attachment.method)
        part.add_header("Content-Disposition", "attachment", filename=attachment.name)
        letter.attach(part)
    return letter
