"""An e-mail as a MIME letter. Every try of one message carries the same Message-ID."""

from __future__ import annotations

from email.mime.text import MIMEText
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import sanitize_address

from notifications.models import Message
from notifications.render import Rendered
from notifications.reply_to import reply_address

# RFC 3834: what a person wrote says nothing, so that their absence is told; all else was generated.
WRITTEN_BY = {"desk_message": "", "auto_answer": "auto-replied"}


def message_id(message: Message) -> str:
    """The one Message-ID of this message, whichever try it is."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{message.pk}@{domain}>"


def build_letter(message: Message, rendered: Rendered) -> EmailMultiAlternatives:
    """Text, the same in HTML, attachments; from the dealership's name, answers to the thread or to its mailbox.

    ValueError when it can't become a letter: an address that can't be one, a line break in a header.
    """
    if not message.to.rpartition("@")[0].isascii():
        raise ValueError("the part before the @ has letters that mail servers do not take")
    letter = EmailMultiAlternatives(
        subject=rendered.subject,
        body=rendered.text,
        from_email=formataddr((rendered.sender, parseaddr(settings.DEFAULT_FROM_EMAIL)[1])),
        to=[sanitize_address(message.to, "utf-8")],
        reply_to=_reply_to(message, rendered),
        headers=_headers(message, rendered),
    )
    letter.attach_alternative(rendered.html, "text/html")
    for attachment in rendered.attachments:
        part = MIMEText(attachment.content.decode(), "calendar", "utf-8")
        part.set_param("method", attachment.method)
        part.add_header("Content-Disposition", "attachment", filename=attachment.name)
        letter.attach(part)
    letter.message()  # raises for what no header can hold
    return letter


def _reply_to(message: Message, rendered: Rendered) -> list[str] | None:
    to_thread = reply_address(message)
    if to_thread:
        return [formataddr((rendered.sender, to_thread))]
    return [rendered.reply_to] if rendered.reply_to else None


def _headers(message: Message, rendered: Rendered) -> dict[str, str]:
    headers = {"Message-ID": message_id(message)}
    written_by = WRITTEN_BY.get(message.kind, "auto-generated")
    if written_by:
        headers["Auto-Submitted"] = written_by
    if answered := message.payload.get("answers"):
        headers |= {"In-Reply-To": answered, "References": answered}
    if rendered.stop_url:
        headers["List-Unsubscribe"] = f"<{rendered.stop_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers
