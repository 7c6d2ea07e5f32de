"""What the web server runs."""

import os

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


class Utf8Request(WSGIRequest):
    """A request read as UTF-8, whatever charset it claims.

    Django decodes addresses and forms with the codec that the client names: `charset=idna` or `hex` ends in a
    fault, before any view or middleware could answer it.
    """

    @property
    def encoding(self) -> str:
        return "utf-8"

    @encoding.setter
    def encoding(self, claimed: str) -> None:
        pass


class Handler(WSGIHandler):
    request_class = Utf8Request


django.setup(set_prefix=False)
application = Handler()
