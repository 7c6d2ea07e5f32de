"""The API describes itself, its refusals included, and the page that shows it asks nobody else."""

import re

from api.v1 import api as ninja_api

CALLS = {
    "/api/v1/dealerships": {"get": {200, 422, 429, 503}},
    "/api/v1/dealerships/{slug}/services": {"get": {200, 404, 422, 429, 503}},
    "/api/v1/dealerships/{slug}/advisors": {"get": {200, 404, 422, 429, 503}},
    "/api/v1/dealerships/{slug}/availability": {"get": {200, 404, 422, 429, 503}},
    "/api/v1/dealerships/{slug}/appointments": {"post": {201, 400, 401, 404, 409, 413, 415, 422, 429, 503}},
    "/api/v1/appointments/{reference}": {"get": {200, 401, 404, 422, 429, 503}},
    "/api/v1/appointments/{reference}/move": {"post": {200, 400, 401, 404, 409, 413, 415, 422, 429, 503}},
    "/api/v1/appointments/{reference}/cancel": {"post": {200, 400, 401, 404, 409, 413, 415, 422, 429, 503}},
    "/api/v1/appointments/{reference}/confirm": {"post": {200, 400, 401, 404, 409, 413, 415, 422, 429, 503}},
    "/api/v1/customers": {"get": {200, 401, 404, 422, 429, 503}},
}


def test_every_call_and_every_status_is_described(client):
    described = client.get("/api/v1/openapi.json").json()
    found = {
        path: {method: {int(status) for status in call["responses"]} for method, call in calls.items()}
        for path, calls in described["paths"].items()
    }
    assert found == CALLS
    assert set(described["components"]["securitySchemes"]) == {"Key", "AnybodyOrKey", "ManageToken"}


def test_answers_have_exactly_the_shape_that_is_described(api):
    schemas = ninja_api.get_openapi_schema()["components"]["schemas"]
    appointment, _token = api.booked()
    answers = {
        "DealershipAnswer": api.get("dealerships").json()[0],
        "ServiceAnswer": api.get("dealerships/boreal/services").json()[0],
        "AdvisorAnswer": api.get("dealerships/boreal/advisors").json()[0],
        "AvailabilityAnswer": api.get("dealerships/boreal/availability?service=oil_change").json(),
        "AppointmentAnswer": api.get_private(f"appointments/{appointment.reference}").json(),
        "BookingAnswer": api.book(api.order(), key="at-9-0").json(),
        "KnownCustomerAnswer": api.get_private("customers?phone=5145550123").json()["customers"][0],
    }
    for name, answer in answers.items():
        assert set(answer) == set(schemas[name]["properties"]), name


def test_the_page_loads_from_our_own_server_only(client):
    page = client.get("/api/docs")
    assert page.status_code == 200
    sources = re.findall(r'(?:src|href)="([^"]+)"', page.content.decode())
    assert sources
    assert all(source.startswith("/") and not source.startswith("//") for source in sources)
    assert "/api/v1/openapi.json" in page.content.decode()
    policy = page.headers["Content-Security-Policy"]
    assert "style-src 'self' 'unsafe-inline'" in policy
    assert "script-src 'self';" in f"{policy};"


def test_the_exception_for_styles_is_for_that_page_alone(client, db):
    assert "unsafe-inline" not in client.get("/api/v1/dealerships").headers["Content-Security-Policy"]
