"""`manage.py receive_email`: one raw e-mail from standard input, as a mail server hands it to a program."""

import os
import sys

from anymail.inbound import AnymailInboundMessage
from django.core.management.base import BaseCommand, CommandError
from django.db import Error

from notifications.actions.events import take_in
from notifications.reply_to import read_place
from notifications.webhooks.letters import read_letter

LARGEST = 40 * 1024 * 1024  # bytes


class Command(BaseCommand):
    """What mail servers understand (sysexits.h): 0 taken, 65 not to be read, 67 nobody there, 75 try again later."""

    help = "Take in one e-mail to EMAIL_REPLY_DOMAIN, given on standard input."

    def add_arguments(self, parser):
        parser.add_argument("--to", default="", help="the address that the mail server delivers it to")

    def handle(self, *_args, to, **_options):
        raw = sys.stdin.buffer.read(LARGEST + 1)
        if not raw.strip() or len(raw) > LARGEST:
            raise CommandError("There is no e-mail, or it is too large.", returncode=os.EX_DATAERR)
        letter = AnymailInboundMessage.parse_raw_mime_bytes(raw)
        letter.envelope_recipient = to or None
        if to and read_place([to]) is None:
            raise CommandError(f"{to} is not an address of ours.", returncode=os.EX_NOUSER)
        told = read_letter(letter)
        if told is None:
            return
        try:
            take_in("mail-server", told.event_id, told.kind, told.payload)
        except Error as error:
            raise CommandError("The database does not answer.", returncode=os.EX_TEMPFAIL) from error
