"""A dealership with room for a storm of bookings: run as a program, on the database that the environment names.

python -m tests.system.seed SLUG
"""

import sys

import django

ZONE = "America/Toronto"


def main(slug: str) -> None:
    django.setup()
    from lib import clock  # noqa: PLC0415 - needs the set-up above
    from tests.garage import make_garage  # noqa: PLC0415

    today = clock.local(clock.now(), ZONE).date()
    make_garage(
        slug=slug,
        zone=ZONE,
        today=today,
        advisors=4,
        shop_minutes=6000,
        tire_minutes=6000,
        daily_customers=None,
    )


if __name__ == "__main__":
    main(sys.argv[1])
