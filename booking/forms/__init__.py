"""The funnel's forms: fields and words here, reading and refusing in customers.details."""

from booking.forms.find import FindForm
from booking.forms.reach import CallForm, ContactForm, NoteForm, ReachForm
from booking.forms.vehicle import VehicleForm
from booking.forms.wishes import JoinForm, WishesForm

__all__ = [
    "CallForm",
    "ContactForm",
    "FindForm",
    "JoinForm",
    "NoteForm",
    "ReachForm",
    "VehicleForm",
    "WishesForm",
]
