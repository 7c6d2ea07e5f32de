import pytest
from django.template.loader import get_template

from notifications.kinds import KINDS, SYSTEM_STARTED, MessageClass, kind_named
from notifications.models import Channel

PARTS = {
    Channel.EMAIL: ("subject.{}.txt", "body.{}.txt", "body.{}.html"),
    Channel.SMS: ("sms.{}.txt",),
}


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_kind_has_its_words_in_both_languages(kind, language):
    for channel in kind.channels:
        for part in PARTS[Channel(channel)]:
            assert get_template(f"messages/{kind.name}/{part.format(language)}").template.source.strip()


def test_only_reminders_wait_for_the_day():
    assert SYSTEM_STARTED == ("reminder_3d", "reminder_1d")


def test_messages_about_a_visit_say_how_to_stop_and_codes_do_not():
    stopping = {name for name, kind in KINDS.items() if kind.says_how_to_stop}
    assert stopping == {
        "confirmation", "moved", "cancelled", "reminder_3d", "reminder_1d", "wait_list_joined", "wait_list_offer",
        "vehicle_invitation",
    }  # fmt: skip
    assert KINDS["account_code"].message_class is MessageClass.REQUESTED


@pytest.mark.parametrize(("name", "channel"), [("newsletter", "email"), ("reminder_3d", "sms"), ("", "sms")])
def test_a_kind_without_words_for_the_channel_is_refused(name, channel):
    with pytest.raises(ValueError, match="there is no message"):
        kind_named(name, channel=channel)
