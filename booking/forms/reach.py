"""Who comes, how to reach them, and what the shop should know."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.forms.base import ReadForm, text_input
from customers.consent_words import TOPICS, topic_words
from customers.details import read_contact
from lib.errors import Refusal
from lib.text import clean_line, clean_note

NOTE_LIMIT = 1000
# Each in its own words, whatever the page's language is.
LANGUAGES = (("fr", "Français"), ("en", "English"))
WISH_LIMIT = 300


class ReachForm(ReadForm):
    """Who comes and how to reach them; one way is enough."""

    reader = staticmethod(read_contact)

    name = forms.CharField(
        label=_("Name"),
        error_messages={"required": _("Enter your name.")},
        widget=text_input(autocomplete="name", maxlength="100"),
    )
    phone = forms.CharField(
        label=_("Mobile number"),
        required=False,
        help_text=_("To tell you when your vehicle is ready. No advertising."),
        widget=text_input(type="tel", autocomplete="tel", inputmode="tel", maxlength="40"),
    )
    email = forms.CharField(
        label=_("E-mail"),
        required=False,
        help_text=_("For the confirmation and the link that moves or cancels."),
        widget=text_input(type="email", autocomplete="email", inputmode="email", maxlength="254"),
    )

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.page_language = language

    def extra(self) -> dict[str, str]:
        return {"language": self.page_language}


class ContactForm(ReachForm):
    """As ReachForm, with the language of the messages, and what may be sent beside those about the visit."""

    language = forms.ChoiceField(
        label=_("We write to you in"), choices=LANGUAGES, required=False, widget=forms.RadioSelect
    )
    # `channel:purpose`, as customers.consents reads it; nothing is ticked beforehand.
    consents = forms.MultipleChoiceField(
        label=_("Hear from us later too"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, language=language, **kwargs)
        self.fields["language"].initial = language
        consents = self.fields["consents"]
        assert isinstance(consents, forms.MultipleChoiceField)
        consents.choices = [(f"{one.channel}:{one.purpose}", topic_words(one, language)) for one in TOPICS]

    def clean_language(self) -> str:
        """What is chosen; the page's for who chooses nothing."""
        return self.cleaned_data["language"] or self.page_language

    def extra(self) -> dict[str, str]:
        return {}


class NoteForm(forms.Form):
    """What the shop should know."""

    use_required_attribute = False

    note = forms.CharField(
        label=_("Anything we should know?"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    keep_parts = forms.BooleanField(label=_("I want my replaced parts back"), required=False)

    def clean_note(self) -> str:
        try:
            return clean_note(self.cleaned_data["note"], limit=NOTE_LIMIT, field="note")
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from None


class CallForm(ReachForm):
    """Whom to call, and what about."""

    email = None  # type: ignore[assignment]  # Django's way to leave a field out
    phone = forms.CharField(
        label=_("Telephone number"),
        error_messages={"required": _("Enter the number that we should call.")},
        widget=text_input(type="tel", autocomplete="tel", inputmode="tel", maxlength="40"),
    )
    wish = forms.CharField(
        label=_("What are you looking for?"),
        required=False,
        help_text=_("A day, a time, a question: whatever helps us call with an answer."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_wish(self) -> str:
        try:
            return clean_line(self.cleaned_data["wish"].replace("\n", " "), limit=WISH_LIMIT, field="wish")
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from None
