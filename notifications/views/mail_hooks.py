"""/hooks/mail/<service>/tracking/: deliveries and bounces of the e-mail service that EMAIL_URL names."""

import contextlib
import warnings
from importlib import import_module

from anymail.exceptions import AnymailWarning, AnymailWebhookValidationFailure
from anymail.signals import tracking
from anymail.utils import get_request_basic_auth
from django.conf import settings
from django.dispatch import receiver
from django.http import Http404, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from notifications.actions.events import take_in
from notifications.checks import SIGNED
from notifications.models import Channel
from notifications.transports import transport_for
from notifications.views.hooks import is_too_large
from notifications.webhooks.mail import read_event

# The library's views; without a secret they would believe anybody, so there is none without one.
VIEWS = {
    "brevo": "BrevoTrackingWebhookView",
    "mailgun": "MailgunTrackingWebhookView",
    "mailjet": "MailjetTrackingWebhookView",
    "postmark": "PostmarkTrackingWebhookView",
    "resend": "ResendTrackingWebhookView",
    "sendgrid": "SendGridTrackingWebhookView",
    "sparkpost": "SparkPostTrackingWebhookView",
}


@csrf_exempt  # a signature or a password is the proof
@never_cache
@require_POST
def mail_event(request, service):
    """One or several events of the configured service."""
    transport = transport_for(Channel.EMAIL)
    secrets = settings.EMAIL_WEBHOOK_SECRETS
    if transport is None or transport.name != service or service not in VIEWS or not secrets:
        raise Http404
    if is_too_large(request):
        return HttpResponse(status=413)
    try:
        return _ask(request, service, secrets)
    except AnymailWebhookValidationFailure:
        return HttpResponse(status=403)
    except (ValueError, KeyError, TypeError, AttributeError):
        return HttpResponse(status=400)


def _ask(request, service, secrets):
    """The library's answer; 403 when none of the secrets is behind the request."""
    if service in SIGNED:
        for key in secrets:
            with contextlib.suppress(AnymailWebhookValidationFailure):
                return _view(service, webhook_signing_key=key).dispatch(request)
    elif any(constant_time_compare(get_request_basic_auth(request) or "", secret) for secret in secrets):
        return _view(service).dispatch(request)
    return HttpResponse(status=403)


def _view(service, **options):
    """The library's view; it warns of a missing password, which was asked for before."""
    view = getattr(import_module(f"anymail.webhooks.{service}"), VIEWS[service])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AnymailWarning)
        return view(**options)


@receiver(tracking)
def take_event(sender, event, esp_name, **_more):  # noqa: ARG001 - the signal's
    """Store what the library has read."""
    told = read_event(event)
    if told is not None:
        take_in(esp_name.lower(), told.event_id, told.kind, told.payload)
