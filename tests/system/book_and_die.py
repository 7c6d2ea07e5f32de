"""Books by the API's own code and dies after the commit, before the senders are woken.

python -m tests.system.book_and_die NUMBER START, in a site's environment.
"""

import os
import sys

import django


def main(number: int, start: str) -> None:
    django.setup()
    from django.test import Client  # noqa: PLC0415 - needs the set-up above

    from notifications.actions import outbox  # noqa: PLC0415
    from tests.system.customers import SLUG, Visit  # noqa: PLC0415

    outbox.wake = lambda: os._exit(9)
    answer = Client().post(
        f"/api/v1/dealerships/{SLUG}/appointments",
        Visit(number, start).order(),
        content_type="application/json",
        headers={"Idempotency-Key": f"visit-{number}", "Host": "localhost"},
    )
    sys.exit(f"nobody died: {answer.status_code} {answer.content.decode()}")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
