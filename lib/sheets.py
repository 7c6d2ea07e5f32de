"""Tables as CSV for a spreadsheet: nothing that a stranger typed becomes a formula there."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

# What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def write_sheet(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The table as CSV with a byte order mark, without which Excel reads accents wrong.

    A text that would be a formula is preceded by an apostrophe; numbers stay numbers, nothing is written for None.
    """
    page = io.StringIO()
    writer = csv.writer(page)
    writer.writerow([_plain(one) for one in head])
    writer.writerows([_plain(one) for one in row] for row in rows)
    return "\ufeff" + page.getvalue()


def _plain(value: object) -> object:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
