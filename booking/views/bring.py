"""What to bring, as the appointment's page says it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from booking.bring import Thing

_SHOWN = {
    Thing.LOCK_KEY: ("key", _("The key of your locking wheel nuts, if you have any")),
    Thing.TIRES: ("disc-3", _("The tires to be put on")),
    Thing.SYMPTOMS: ("clipboard-list", _("When it happens: cold, at what speed, since when")),
    Thing.LICENCE: ("circle-user", _("Your driver’s licence, for the courtesy car")),
    Thing.KEY_BOX: (
        "key-round",
        _("Leave the key in the box at the entrance, in the envelope you find there"),
    ),
    Thing.REGISTRATION: ("file-text", _("The registration certificate")),
}


def show_things(things: list[Thing]) -> list[dict[str, str]]:
    """A short line with an icon for each."""
    return [{"icon": icon, "text": str(text)} for icon, text in (_SHOWN[thing] for thing in things)]
