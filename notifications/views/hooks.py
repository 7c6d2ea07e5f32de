"""/hooks/…: what other machines tell us. Signed, small, taken once, answered at once; worked on later."""

from importlib import import_module

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpResponse, UnreadablePostError
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from notifications.actions.events import take_in
from notifications.models import Channel
from notifications.transports import transport_for
from notifications.webhooks import telephony
from notifications.webhooks.base import ForgedError, Post, UnreadableError

LARGEST = 64 * 1024  # bytes
READERS = {name: f"notifications.webhooks.{name}" for name in ("gateway", "twilio")}


@csrf_exempt  # the signature is the proof
@never_cache
@require_POST
def inbound_text(request, provider):
    """A text message to one of our numbers."""
    transport, readers = _known(provider)
    return _take(request, provider, readers.read_text, transport.secrets)


@csrf_exempt
@never_cache
@require_POST
def text_status(request, provider):
    """What became of a text message of ours."""
    transport, readers = _known(provider)
    return _take(request, provider, readers.read_status, transport.secrets)


@csrf_exempt
@never_cache
@require_POST
def telephone_event(request):
    """A missed call."""
    if not settings.TELEPHONY_SECRETS:
        raise Http404
    return _take(request, "telephony", telephony.read_call, settings.TELEPHONY_SECRETS)


def _known(provider):
    """The one provider that text messages go by, and its readers; nobody else has anything to tell."""
    transport = transport_for(Channel.SMS)
    if transport is None or transport.name != provider or provider not in READERS:
        raise Http404
    # Loaded when it is needed: a provider's library is large.
    return transport, import_module(READERS[provider])


def _take(request, provider, read, secrets):
    if is_too_large(request):
        return HttpResponse(status=413)
    try:
        told = read(_post(request), secrets)
    except ForgedError:
        return HttpResponse(status=403)
    except (UnreadableError, UnreadablePostError, UnicodeDecodeError):
        return HttpResponse(status=400)
    if told is not None:
        take_in(provider, told.event_id, told.kind, told.payload)
    # An empty answer in XML is what Twilio takes for "nothing to say"; others look at the status.
    return HttpResponse(b"<Response/>" if provider == "twilio" else b"", content_type="text/xml")


def is_too_large(request, *, most=LARGEST):
    """More than 64 KB is no event; what has no length has no body."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return not length.isdecimal() or int(length) > most


def _post(request):
    try:
        return Post(
            # The address as it was given to them, whatever the Host header says.
            url=settings.PUBLIC_URL + request.get_full_path(),
            body=request.body,
            form=request.POST,
            query=request.GET,
            headers=request.headers,
        )
    except (RequestDataTooBig, SuspiciousOperation) as error:
        raise UnreadableError from error
