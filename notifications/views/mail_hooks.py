"""/hooks/mail/<service>/…: what the e-mail service that EMAIL_URL names tells of our letters, and letters to us."""

import contextlib
import warnings
from importlib import import_module

from anymail.exceptions import AnymailWarning, AnymailWebhookValidationFailure
from anymail.inbound import AnymailInboundMessage
from anymail.signals import inbound, tracking
from anymail.utils import get_request_basic_auth
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, SuspiciousOperation
from django.dispatch import receiver
from django.http import Http404, HttpResponse, UnreadablePostError
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from notifications.actions.events import take_in
from notifications.checks import SIGNED
from notifications.models import Channel
from notifications.transports import transport_for
from notifications.views.hooks import is_too_large
from notifications.webhooks.letters import read_letter
from notifications.webhooks.mail import read_event

# The library's views; without a secret they would believe anybody, so there is none without one.
EVENTS = {
    "brevo": "BrevoTrackingWebhookView",
    "mailgun": "MailgunTrackingWebhookView",
    "mailjet": "MailjetTrackingWebhookView",
    "postmark": "PostmarkTrackingWebhookView",
    "resend": "ResendTrackingWebhookView",
    "sendgrid": "SendGridTrackingWebhookView",
    "sparkpost": "SparkPostTrackingWebhookView",
}
# Not of those in checks.WITHOUT_LETTERS.
LETTERS = {
    "brevo": "BrevoInboundWebhookView",
    "mailgun": "MailgunInboundWebhookView",
    "mailjet": "MailjetInboundWebhookView",
    "postmark": "PostmarkInboundWebhookView",
    "sendgrid": "SendGridInboundWebhookView",
    "sparkpost": "SparkPostInboundWebhookView",
}
# Bytes, with photos; what services take themselves is 20 to 35 MB.
LARGEST_LETTER = 40 * 1024 * 1024


@csrf_exempt  # a signature or a password is the proof
@never_cache
@require_POST
def mail_event(request, service):
    """One or several events of the configured service."""
    _only_known(service, EVENTS)
    if is_too_large(request):
        return HttpResponse(status=413)
    return _take(request, service, EVENTS)


@csrf_exempt
@never_cache
@require_POST
def mail_letter(request, service):
    """A letter to EMAIL_REPLY_DOMAIN, from the configured service."""
    _only_known(service, LETTERS)
    if not settings.EMAIL_REPLY_DOMAIN:
        raise Http404
    if is_too_large(request, most=LARGEST_LETTER):
        return HttpResponse(status=413)
    return _take(request, service, LETTERS)


def _only_known(service, views):
    transport = transport_for(Channel.EMAIL)
    known = transport is not None and transport.name == service and service in views
    if not known or not settings.EMAIL_WEBHOOK_SECRETS:
        raise Http404


def _take(request, service, views):
    try:
        return _ask(request, service, views)
    except AnymailWebhookValidationFailure:
        return HttpResponse(status=403)
    except (
        ValueError, LookupError, TypeError, AttributeError,
        ImproperlyConfigured, SuspiciousOperation, UnreadablePostError,
    ):  # fmt: skip
        return HttpResponse(status=400)


def _ask(request, service, views):
    """The library's answer; 403 when none of the secrets is behind the request."""
    secrets = settings.EMAIL_WEBHOOK_SECRETS
    if service in SIGNED:
        for key in secrets:
            with contextlib.suppress(AnymailWebhookValidationFailure):
                return _view(service, views, webhook_signing_key=key).dispatch(request)
    elif any(constant_time_compare(get_request_basic_auth(request) or "", secret) for secret in secrets):
        # The limit of forms (DATA_UPLOAD_MAX_MEMORY_SIZE) is far below a letter with photos; ours was asked before.
        request._body = request.read()
        return _view(service, views, **_keys(service, views)).dispatch(request)
    return HttpResponse(status=403)


def _keys(service, views):
    # Asked for by the library, and used only to fetch attachments, which we do not keep.
    return {"api_key": service} if service == "brevo" and views is LETTERS else {}


def _view(service, views, **options):
    """The library's view; it warns of a missing password, which was asked for before."""
    view = getattr(import_module(f"anymail.webhooks.{service}"), views[service])
    if hasattr(view, "_fetch_attachment"):
        view = type(view.__name__, (view,), {"_fetch_attachment": _name_attachment})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AnymailWarning)
        return view(**options)


def _name_attachment(_view, attachment):
    """In place of Brevo's download, while it waits: attachments are counted, not kept."""
    return AnymailInboundMessage.construct_attachment(
        content_type="application/octet-stream", content=b"", filename=attachment.get("Name") or "file"
    )


@receiver(inbound)
def take_letter(sender, event, esp_name, **_more):  # noqa: ARG001 - the signal's
    """Store the letter that the library has read."""
    told = read_letter(event.message, event_id=event.event_id or "")
    if told is not None:
        take_in(esp_name.lower(), told.event_id, told.kind, told.payload)


@receiver(tracking)
def take_event(sender, event, esp_name, **_more):  # noqa: ARG001 - the signal's
    """Store what the library has read."""
    told = read_event(event)
    if told is not None:
        take_in(esp_name.lower(), told.event_id, told.kind, told.payload)
