"""How tests fill in the forms of the rules: as a browser would, from the page that was opened."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.test import Client

HERE = "/en/desk/boreal/capacity"


def typed(form: forms.BaseForm) -> dict[str, Any]:
    """What a browser sends of a form as the page shows it."""
    data: dict[str, Any] = {}
    for bound in form:
        value = bound.value()
        if isinstance(bound.field, forms.BooleanField):
            if value:
                data[bound.html_name] = "on"
        elif isinstance(bound.field, forms.MultipleChoiceField):
            data[bound.html_name] = [str(one) for one in value or []]
        else:
            data[bound.html_name] = bound.field.widget.format_value(value) or ""
    return data


def fill(client: Client, path: str, **fields: Any) -> dict[str, Any]:
    """Opens the page and types; `None` leaves a field out, as an unticked box."""
    page = client.get(HERE + path)
    assert page.status_code == 200, page.status_code
    form = page.context["form"]
    data = {"edition": page.context["edition"], **(typed(form) if form else {})}
    data |= {name.replace("__", "-"): value for name, value in fields.items()}
    return {name: value for name, value in data.items() if value is not None}


def preview(client: Client, path: str, **fields: Any) -> HttpResponse:
    """The page as it comes back from `Preview`."""
    return client.post(HERE + path, {**fill(client, path, **fields), "preview": "yes"})


def agreed(page: HttpResponse, data: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What `Apply` of that preview sends."""
    shown = page.context["preview"]
    assert shown is not None, page.content.decode()
    closes = {"closing": shown.closes} if shown.closes else {}
    return {**data, "edition": page.context["edition"], "mark": shown.mark, "apply": "yes", **closes, **more}


def apply(client: Client, path: str, **fields: Any) -> HttpResponse:
    """Preview, and then the change."""
    data = fill(client, path, **fields)
    page = client.post(HERE + path, {**data, "preview": "yes"})
    done = client.post(HERE + path, agreed(page, data))
    assert done.status_code == 302, (done.status_code, done.context["problem"])
    return done


def errors(page: HttpResponse) -> dict[str, list[str]]:
    """The sentences at each field."""
    assert page.status_code == 422, page.status_code
    return {name: [str(one) for one in found] for name, found in page.context["form"].errors.items()}


def said(page: HttpResponse) -> str:
    """The page's text, with what the browser's address bar or a redirect says."""
    return page.content.decode().replace("\u00a0", " ")
