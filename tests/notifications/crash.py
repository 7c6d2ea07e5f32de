"""Sends one batch and dies at a chosen point: run as a program, so that dying is real.

    python -m tests.notifications.crash before-call|in-call|after-acceptance FILE

FILE gets a line for every message that the provider took.
"""

import os
import sys
from pathlib import Path

import django

POINT, LOG = sys.argv[1], Path(sys.argv[2])


def die(*_arguments):
    os._exit(9)


def main():
    django.setup()
    from notifications.actions import dispatch  # noqa: PLC0415 - needs the set-up above
    from notifications.transports.base import Transport  # noqa: PLC0415

    class Provider(Transport):
        def send(self, message, _rendered):
            if POINT == "in-call":
                die()
            with LOG.open("a") as log:
                log.write(f"{message.pk}\n")
            return die()

    dispatch.transport_for = lambda _channel: Provider()
    if POINT == "before-call":
        dispatch.render = die
    dispatch.send_batch()


if __name__ == "__main__":
    main()
