from django.apps import AppConfig


class BookingConfig(AppConfig):
    name = "booking"

    def ready(self) -> None:
        """Tell the senders what to ask about messages whose facts only booking knows."""
        from booking.standing import is_due, is_unseen  # noqa: PLC0415 - models must be loaded
        from notifications.actions.look import STANDS  # noqa: PLC0415

        STANDS.update(expected=is_unseen, next_season=is_due, maintenance_due=is_due)
