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


def test_only_what_the_system_starts_waits_for_the_day():
    assert SYSTEM_STARTED == (
        "reconfirm", "reconfirm_again", "reminder_3d", "reminder_1d", "expected", "retorque", "review", "next_season",
        "maintenance_due",
    )  # fmt: skip


def test_each_class_has_its_kinds():
    """The law's line between what needs consent and what does not: a kind that changes sides changes here."""
    agreed = {
        "confirmation", "welcome", "moved", "cancelled", "reconfirm", "reconfirm_again", "reminder_3d", "reminder_1d",
        "expected", "ready", "wait_list_joined", "wait_list_offer", "vehicle_invitation",
    }  # fmt: skip
    asked = {"auto_answer", "desk_message", "missed_call", "account_code", "account_notice"}
    classes = {
        MessageClass.REQUESTED: asked,
        MessageClass.TRANSACTIONAL: agreed,
        MessageClass.SAFETY: {"retorque"},
        MessageClass.MAINTENANCE_DUE: {"next_season", "maintenance_due"},
        MessageClass.PROMOTIONAL: {"review"},
    }
    for one, names in classes.items():
        assert {name for name, kind in KINDS.items() if kind.message_class is one} == names


def test_all_but_what_was_asked_for_says_how_to_stop_and_what_is_commercial_needs_consent():
    for kind in KINDS.values():
        assert kind.says_how_to_stop == (kind.message_class is not MessageClass.REQUESTED)
        assert bool(kind.purpose) == (kind.name in ("review", "next_season", "maintenance_due"))


@pytest.mark.parametrize(
    ("name", "channel"), [("newsletter", "email"), ("vehicle_invitation", "sms"), ("", "sms")]
)
def test_a_kind_without_words_for_the_channel_is_refused(name, channel):
    with pytest.raises(ValueError, match="there is no message"):
        kind_named(name, channel=channel)
