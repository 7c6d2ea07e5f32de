"""What a signed-in customer may open under account/: these pages, and of django-allauth's no other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from allauth.account.forms import AddEmailForm
from allauth.account.models import EmailAddress
from allauth.core import context
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import translation
from django.utils.regex_helper import normalize

from dealerships.models import Role, User
from notifications.models import Message
from tests.garage import make_garage, make_staff

PHONE = "+15145550123"
# django-allauth's that a customer needs. Signed in, the pages of signing in lead to the account.
ALLAUTH = {
    "account_login", "account_request_login_code", "account_confirm_login_code", "mfa_login_webauthn",
    "account_logout", "account_inactive", "account_change_phone", "account_verify_phone",
}  # fmt: skip
OURS = {
    "account-home", "after-sign-in", "account-preferences", "account-language", "account-channels", "account-consent",
    "account-passkeys", "account-passkey-remove", "account-data", "account-data-json", "account-data-zip",
    "account-close", "account-closed", "account-invitation-end", "account-vehicle", "account-vehicle-book",
    "account-vehicle-remove", "account-again", "open-own", "invitation",
}  # fmt: skip
# One's own vehicle, visit or invitation, of which this customer has none; or a button, which is pressed by POST.
NOT_THERE = {
    "account-invitation-end", "account-vehicle", "account-vehicle-book", "account-vehicle-remove", "account-again",
    "open-own", "invitation",
}  # fmt: skip
STAFF = {
    "account_change_password", "account_reset_password", "account_reset_password_done", "mfa_index",
    "account_reset_password_from_key_done", "mfa_activate_totp", "mfa_list_webauthn",
}  # fmt: skip


def routes(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, str]]:
    """Every name with one address that it matches."""
    for pattern in resolver.url_patterns:
        form, arguments = normalize(pattern.pattern.regex.pattern)[0]
        there = before + form % dict.fromkeys(arguments, "1")
        if isinstance(pattern, URLPattern):
            yield pattern.name or "", there
        else:
            yield from routes(pattern, there)


def under_account() -> dict[str, str]:
    """Ours, and all that django-allauth has, whether we use it or not."""
    with translation.override("fr"):  # whose addresses have no prefix
        found = {name: f"/{path}" for name, path in routes(get_resolver()) if path.startswith("account/")}
    return {
        **{name: f"/account/{path}" for name, path in routes(get_resolver("allauth.urls"), "")},
        **found,
    }


@pytest.fixture
def luc(db: None) -> User:
    return User.objects.create_user("luc@example.com")


def answers(user: User, method: str) -> set[str]:
    """The names whose address answers this user with anything but 404; nothing breaks."""
    found = set()
    for name, path in under_account().items():
        client = Client()
        client.force_login(user)
        status = client.generic(method, path).status_code
        assert status < 500, path
        if status != 404:
            found.add(name)
    return found


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_customer_opens_what_is_listed_and_nothing_else(luc: User, method: str) -> None:
    assert {"account_email", "account_set_password", "account_signup", "mfa_add_webauthn"} < set(
        under_account()
    )
    opened = answers(luc, method)
    assert opened - ALLAUTH - OURS == set()
    assert opened >= ALLAUTH | (OURS - NOT_THERE)


def test_the_staff_has_its_password_and_its_second_step_but_no_addresses_either(db: None) -> None:
    opened = answers(make_staff(make_garage().dealership, Role.MANAGER), "GET")
    assert opened >= STAFF
    assert (
        opened & {"account_email", "account_signup", "account_set_password", "account_confirm_email"} == set()
    )


def test_nothing_breaks_for_staff_without_a_password(db: None) -> None:
    staff = make_staff(make_garage().dealership, Role.ADVISOR)
    staff.set_unusable_password()
    staff.save()
    assert "mfa_index" in answers(staff, "GET")


def test_nobody_takes_an_address_that_they_have_not_proved(db: None, rf: RequestFactory) -> None:
    thief = User.objects.create_user(None, phone=PHONE)
    client = Client()
    client.force_login(thief)
    for action in ("action_add", "action_primary"):
        posted = client.post("/account/email/", {"email": "victim@example.com", action: ""})
        assert posted.status_code == 404
    # Nor by a page that would use django-allauth's form again.
    request = rf.post("/")
    request.user = thief
    with context.request_context(request):
        form = AddEmailForm(user=thief, data={"email": "victim@example.com"})
        assert "email" in form.errors
    thief.refresh_from_db()
    assert thief.email is None
    assert not EmailAddress.objects.exists()


def test_a_customer_gets_no_password_by_forgetting_one(luc: User) -> None:
    make_staff(make_garage().dealership, Role.ADVISOR, email="julie@example.com")
    for address in ("luc@example.com", "julie@example.com"):
        Client().post(reverse("account_reset_password"), {"email": address})
    texts = {message.to: str(message.payload) for message in Message.objects.all()}
    assert "/password/reset/key/" in texts["julie@example.com"]
    assert "/password/reset/key/" not in texts.get("luc@example.com", "")
