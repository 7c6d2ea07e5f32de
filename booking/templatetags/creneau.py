"""How templates say dates, times, prices and numbers: the Canadian way, in the page's language."""

from __future__ import annotations

from datetime import date, datetime, time

from django import template
from django.utils.translation import get_language

from lib import clock, money, names, phones, tokens

register = template.Library()


@register.filter
def say_date(day: date | datetime, zone: str = "") -> str:
    """`mardi 8 décembre`; a moment needs its zone."""
    return clock.say_date(_there(day, zone), _language())


@register.filter
def say_short_date(day: date | datetime, zone: str = "") -> str:
    """`mar. 8 déc.`; a moment needs its zone."""
    return clock.say_short_date(_there(day, zone), _language())


@register.filter
def say_time(moment: time | datetime, zone: str = "") -> str:
    """`7 h 45`; a moment needs its zone."""
    if isinstance(moment, datetime) and zone:
        moment = clock.local(moment, zone)
    return clock.say_time(moment, _language())


@register.filter
def say_moment(moment: datetime, zone: str) -> str:
    """`mardi 8 décembre à 7 h 45`, on the zone's wall clock."""
    return clock.say_moment(moment, zone, _language())


@register.filter
def say_price(cents: int | None) -> str:
    """`129,95 $` from cents; nothing for no price."""
    return "" if cents is None else money.say_price(cents, _language())


@register.filter
def phone(number: str) -> str:
    """`450 555-0134` from E.164."""
    return phones.format_phone(number, _language())


@register.filter
def reference(stored: str) -> str:
    """`K4T-7QFX` from what is stored."""
    return tokens.show_reference(stored)


def _there(day: date | datetime, zone: str) -> date:
    return clock.local(day, zone) if isinstance(day, datetime) and zone else day


def _language() -> str:
    return get_language() or "fr"


@register.filter
def initials(name: str) -> str:
    """`MG` from `Mathieu Gagnon`."""
    return names.initials(name)
