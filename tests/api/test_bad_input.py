"""Whatever is thrown at it: JSON, a sentence, a status of the 400s. Never a fault, never a page."""

import json
import string
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking.models import Appointment

BOOK = "dealerships/boreal/appointments"


def say(answer):
    """The body, after the checks that every refusal must pass."""
    assert 400 <= answer.status_code < 500, (answer.status_code, answer.content[:300])
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Accept-Language" in answer.headers["Vary"]
    body = answer.json()
    assert isinstance(body["code"], str)
    assert body["message"]
    return body


@pytest.mark.parametrize(
    "path", ["", "nothing", "dealerships/", "dealerships/bo%00real/services", "dealerships/é/services", "appointments",
             "a/b/c/d", "dealerships/boreal/services/", "%0A", "openapi.yaml", "dealerships//services"]
)  # fmt: skip
def test_an_address_that_does_not_exist(api, path):
    assert say(api.get(path)) == {"code": "not_found", "message": "Il n’y a rien à cette adresse."}


@pytest.mark.parametrize("address", ["/api/", "/api/v2/dealerships", "/api/docs/", "/api/v1"])
def test_an_address_beside_the_versions(api, address):
    answer = api.client.get(address, headers={"Accept-Language": "en"})
    assert (answer.status_code, say(answer)) == (
        404,
        {"code": "not_found", "message": "There is nothing at this address."},
    )


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("post", "dealerships", "GET"),
        ("delete", "dealerships/boreal/services", "GET"),
        ("get", BOOK, "POST"),
        ("put", BOOK, "POST"),
        ("patch", "appointments/K4T7QFX", "GET"),
        ("options", "customers", "GET"),
    ],
)
def test_a_method_that_is_not_taken(api, method, path, allowed):
    answer = getattr(api.client, method)(f"/api/v1/{path}")
    assert (answer.status_code, say(answer), answer.headers["Allow"]) == (
        405,
        {"code": "method_not_allowed", "message": "Cette adresse n’accepte pas cette méthode."},
        allowed,
    )


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"{]", b"nothing", b'{"a": NaN}', b'{"a": Infinity}', b'{"a": -Infinity}', b"\xff\xfe", b"\x00", b'{"a": 1e',
        b'{"services": ["\xe9"]}', b"[" * 100_000, b'{"a":' * 50_000, b'{"advisor": ' + b"9" * 10_000 + b"}",
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00", b"'single'",
    ],
    ids=range(15),
)  # fmt: skip
def test_what_is_not_json(api, body):
    answer = api.post(BOOK, body, **{"Idempotency-Key": "k"})
    assert (answer.status_code, say(answer)) == (
        400,
        {"code": "bad_json", "message": "Le corps n’est pas du JSON valide."},
    )


@pytest.mark.parametrize("body", [b"null", b"[]", b"1", b'"text"', b"true", b"{}", b"1e400", b"[{}]", b""])
def test_json_of_another_shape(api, body):
    answer = api.post(BOOK, body, **{"Idempotency-Key": "k"})
    assert answer.status_code == 422
    assert say(answer)["errors"]


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "é", "application/json2"],
)
def test_what_does_not_say_that_it_is_json(api, kind):
    answer = api.client.post(
        f"/api/v1/{BOOK}", data=json.dumps(api.order()), content_type=kind, headers={"Idempotency-Key": "k"}
    )
    assert answer.status_code == 415
    assert say(answer)["code"] == "unsupported_type"
    assert not Appointment.objects.exists()


def test_a_charset_beside_the_type_is_fine(api):
    answer = api.client.post(
        f"/api/v1/{BOOK}",
        data=json.dumps(api.order()),
        content_type="application/json; charset=utf-8",
        headers={"Idempotency-Key": "k"},
    )
    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("language", "message"),
    [("fr", "C’est plus que ce que cet appel accepte."), ("en", "That is more than this call takes.")],
)
def test_a_note_of_a_megabyte(api, language, message):
    answer = api.book(api.order(note="x" * 1_000_000), **{"Accept-Language": language})
    assert (answer.status_code, say(answer)) == (413, {"code": "too_large", "message": message})


def test_a_thousand_unknown_fields_are_not_all_repeated(api):
    answer = api.book({f"field{n}" + "x" * 100: n for n in range(1001)})
    assert answer.status_code == 422
    assert len(answer.content) < 10_000
    assert say(answer)["errors"]


@pytest.mark.parametrize("header", ["en-CA;q=zzz", "\x00", "é" * 50, "*", ";;;,,,", "x" * 5000, "fr;q=0"])
def test_a_strange_language_header(api, header):
    assert api.get("dealerships", **{"Accept-Language": header}).status_code == 200


texts = st.text(max_size=40) | st.sampled_from(
    ["\x00", "\ud800", "\u202e", "A" * 3000, "{{7*7}}", "'; --", "=1+1", "\u0301" * 900]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=8,
)
FIELDS = [
    "services", "answers", "transport", "advisor", "start", "customer", "vehicle", "note", "customer.name",
    "customer.phone", "customer.email", "customer.language", "vehicle.vin", "vehicle.plate", "vehicle.year",
    "vehicle.make", "vehicle.model", "more",
]  # fmt: skip
FUZZ = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@FUZZ
@given(field=st.sampled_from(FIELDS), value=values)
def test_no_value_of_any_field_is_a_fault(api, field, value):
    body = api.order()
    place = body
    *parents, last = field.split(".")
    for parent in parents:
        place = place[parent]
    place[last] = value
    answer = api.book(body, key=f"k{abs(hash(json.dumps(body)))}")
    assert answer.status_code in (201, 409) or say(answer)


@FUZZ
@given(body=values)
def test_no_body_is_a_fault(api, body):
    assert say(api.book(json.dumps(body)))


@FUZZ
@given(
    name=st.sampled_from(["service", "answer", "transport", "advisor", "from", "days", "phone", "lang", "q"]),
    value=texts | st.text(alphabet=string.printable, max_size=30) | st.integers().map(str),
)
def test_no_query_is_a_fault(api, name, value):
    for path in ("dealerships/boreal/availability", "customers", "dealerships/boreal/services"):
        data = {"service": "tire_swap", name: value.encode("utf-8", "replace").decode()}
        answer = api.client.get(f"/api/v1/{path}", data, headers={"Authorization": f"Bearer {api.key}"})
        assert answer.status_code == 200 or say(answer)


@FUZZ
@given(
    reference=texts.map(lambda text: text.encode("utf-8", "replace").decode()),
    token=st.text(alphabet=string.printable, max_size=60),
)
def test_no_reference_and_no_token_is_a_fault(api, reference, token):
    answer = api.get(f"appointments/{quote(reference, safe='')}", **{"X-Manage-Token": token})
    assert say(answer)
