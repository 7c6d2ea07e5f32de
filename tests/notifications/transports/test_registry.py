import pytest
from django.core.exceptions import ImproperlyConfigured

from notifications.checks import check_transports
from notifications.models import Channel
from notifications.transports import transport_for
from notifications.transports.demo import DemoTransport
from notifications.transports.email_smtp import SmtpTransport
from tests.notifications.letters import letter


@pytest.mark.parametrize("url", ["smtp://h:25", "smtps://u:p@h", "smtp+tls://u:p@h:587"])
def test_e_mail_goes_by_smtp_in_three_ways(settings, url):
    settings.EMAIL_URL = url
    assert isinstance(transport_for(Channel.EMAIL), SmtpTransport)


@pytest.mark.parametrize("channel", Channel.values)
def test_the_demo_takes_everything_at_once(settings, channel):
    settings.EMAIL_URL = settings.SMS_URL = "demo://"
    transport = transport_for(channel)
    assert isinstance(transport, DemoTransport)
    assert transport.send(letter(channel=channel), None) == "demo"


def test_none_means_that_the_channel_is_not_used(settings):
    settings.SMS_URL = "none://"
    assert transport_for(Channel.SMS) is None


@pytest.mark.parametrize(("name", "url"), [("SMS_URL", "smtp://h"), ("EMAIL_URL", "pigeon://h")])
def test_an_unknown_way_out_is_told_at_start_up_in_a_sentence(settings, name, url):
    settings.EMAIL_URL = settings.SMS_URL = "demo://"
    setattr(settings, name, url)
    with pytest.raises(ImproperlyConfigured):
        transport_for("sms" if name == "SMS_URL" else "email")
    (error,) = check_transports()
    assert error.msg.startswith(f"{name} starts with {url.split(':')[0]}://; it must be one of demo://")


def test_known_ways_out_pass_the_check(settings):
    settings.EMAIL_URL, settings.SMS_URL = "smtp://h", "none://"
    assert check_transports() == []
