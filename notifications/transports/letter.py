"""An e-mail as a MIME letter. Every try of one message carries the same Message-ID."""

from __future__ import annotations

from email.mime.text import MIMEText
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import sanitize_address

from notifications.models import Message
from notifications.render import Rendered


def message_id(message: Message) -> str:
    """The one Message-ID of this message, whichever try it is."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{message.pk}@{domain}>"


def build_letter(message: Message, rendered: Rendered) -> EmailMultiAlternatives:
    """Text, the same in HTML, attachments; from the dealership's name, answers to its address.

    ValueError when it can't become a letter: an address that can't be one, a line break in a header.
    """
    if not message.to.rpartition("@")[0].isascii():
        raise ValueError("the part before the @ has letters that mail servers do not take")
    headers = {"Message-ID": message_id(message), "Auto-Submitted": "auto-generated"}
    if rendered.stop_url:
        headers["List-Unsubscribe"] = f"<{rendered.stop_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    letter = EmailMultiAlternatives(
        subject=rendered.subject,
        body=rendered.text,
        from_email=formataddr((rendered.sender, parseaddr(settings.DEFAULT_FROM_EMAIL)[1])),
        to=[sanitize_address(message.to, "utf-8")],
        reply_to=[rendered.reply_to] if rendered.reply_to else None,
        headers=headers,
    )
    letter.attach_alternative(rendered.html, "text/html")
    for attachment in rendered.attachments:
        part = MIMEText(attachment.content.decode(), "calendar", "utf-8")
        part.set_param("method", attachment.method)
        part.add_header("Content-Disposition", "attachment", filename=attachment.name)
        letter.attach(part)
    letter.message()  # raises for what no header can hold
    return letter
