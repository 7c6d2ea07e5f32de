"""/stop/<token>/: no more messages to an address, free and without signing in."""

from django.core import signing
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from notifications.actions.suppress import suppress_address
from notifications.models import Message
from notifications.render import STOP_SALT


@csrf_exempt  # mail programs post here by themselves (RFC 8058); the token is the proof
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop_messages(request, token):
    """Looking changes nothing (mail scanners follow links); the button, or a mail program's post, stops."""
    message = _message(token)
    stopped = request.method == "POST"
    if stopped:
        suppress_address(message=message)
    context = {"dealership": message.dealership, "address": message.to, "stopped": stopped}
    response = render(request, "messages/stop.html", context)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _message(token):
    try:
        key = signing.Signer(salt=STOP_SALT).unsign(token)
    except signing.BadSignature:
        raise Http404 from None
    return get_object_or_404(Message.objects.select_related("dealership"), pk=key, dealership__isnull=False)
