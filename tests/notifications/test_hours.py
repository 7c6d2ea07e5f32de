from datetime import UTC, datetime

import pytest

from notifications.hours import next_allowed


def utc(*when):
    return datetime(*when, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "moment", "allowed"),
    [
        ("America/Toronto", utc(2026, 12, 7, 13, 0), utc(2026, 12, 7, 13, 0)),  # 8:00, the first minute
        ("America/Toronto", utc(2026, 12, 7, 12, 59), utc(2026, 12, 7, 13, 0)),
        ("America/Toronto", utc(2026, 12, 8, 1, 59), utc(2026, 12, 8, 1, 59)),  # 20:59
        ("America/Toronto", utc(2026, 12, 8, 2, 0), utc(2026, 12, 8, 13, 0)),  # 21:00, so tomorrow
        # The night in which the clocks change: 8:00 is an hour earlier, or later, in UTC.
        ("America/Toronto", utc(2026, 3, 8, 4, 0), utc(2026, 3, 8, 12, 0)),
        ("America/Toronto", utc(2026, 11, 1, 3, 0), utc(2026, 11, 1, 13, 0)),
        ("America/St_Johns", utc(2026, 12, 7, 11, 0), utc(2026, 12, 7, 11, 30)),
        ("America/Blanc-Sablon", utc(2026, 7, 7, 11, 59), utc(2026, 7, 7, 12, 0)),
    ],
)
def test_messages_start_between_eight_and_nine_at_night_local_time(zone, moment, allowed):
    assert next_allowed(moment, zone) == allowed
