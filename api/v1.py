"""Version 1 of the API: its calls, its errors, its description."""

from __future__ import annotations

from ninja import NinjaAPI

from api.calls import appointments, availability, book, customers, dealerships
from api.handlers import add_handlers
from api.reading import StrictParser

DESCRIPTION = """
Every time carries an offset. Errors are JSON with a `code` for programs and a sentence for people, in the
language of Accept-Language (French by default). Unknown fields are refused. Private calls need
`Authorization: Bearer KEY` or, for one appointment, `X-Manage-Token` with the token of its manage link.
"""

api = NinjaAPI(
    title="Créneau",
    version="1",
    description=DESCRIPTION.strip(),
    urls_namespace="api-v1",
    docs_url=None,
    parser=StrictParser(),
)
add_handlers(api)
for module in (dealerships, availability, book, appointments, customers):
    api.add_router("", module.router)
