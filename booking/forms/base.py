"""What the funnel's forms have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms

from customers.details import Invalid


def text_input(**attributes: str) -> forms.TextInput:
    return forms.TextInput(attrs={"spellcheck": "false", **attributes})


class ReadForm(forms.Form):
    """A form whose fields are read together by one of the readers that the API uses too."""

    use_required_attribute = False
    reader: Callable[[Mapping[str, str]], Any]

    def clean(self) -> dict[str, Any]:
        values = {name: str(self.cleaned_data.get(name) or "") for name in self.fields}
        try:
            type(self).reader({**values, **self.extra()})
        except Invalid as invalid:
            for name, sentences in invalid.errors.items():
                if name not in self.errors:
                    self.add_error(name if name in self.fields else None, sentences)
        return self.cleaned_data

    def extra(self) -> dict[str, str]:
        return {}
