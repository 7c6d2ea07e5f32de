"""What search engines are told: which pages there are, in which language, and what a dealership is."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.http import HttpRequest, HttpResponse
from django.urls import reverse, translate_url
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from booking.menu import Menu, MenuItem
from booking.views.words import page_language
from dealerships.calendar import Calendar
from dealerships.logos import show_logo
from dealerships.models import Dealership
from lib.money import CURRENCY

# How far ahead single days with other hours are told.
HOURS_AHEAD = timedelta(days=90)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
PRIVATE = ("/desk/", "/account/", "/api/", "/m/", "/o/", "/l/", "/stop/", "/demo/")
ESCAPES = {
    ord("<"): "\\u003C",
    ord(">"): "\\u003E",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


def absolute(path: str) -> str:
    """The address of a page of this site, as the world knows it."""
    return f"{settings.PUBLIC_URL}{path}"


def page_context(path: str, description: str) -> dict[str, Any]:
    """For `booking/_seo.html`: what the page is about, its own address and the same page in each language."""
    languages = {code: absolute(translate_url(path, code)) for code, _name in settings.LANGUAGES}
    return {
        "description": description,
        "canonical": languages[page_language()],
        "alternates": [(f"{code}-CA", url) for code, url in languages.items()],
        "default": languages[settings.LANGUAGE_CODE],
    }


@require_safe
@cache_control(public=True, max_age=3600)
def robots(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's
    """What crawlers may read; pages of one person say `noindex` themselves."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in PRIVATE),
        f"Sitemap: {absolute('/sitemap.xml')}",
    ]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


class PublicPages(Sitemap):
    """Every page that is the same for everybody, in both languages."""

    i18n = alternates = x_default = True

    def items(self) -> list[tuple[str, str]]:
        slugs = list(Dealership.objects.values_list("slug", flat=True))
        homes = [("home", "")] if len(slugs) > 1 else []
        return [*homes, *((name, slug) for slug in slugs for name in ("dealership-home", "privacy"))]

    def location(self, item: tuple[str, str]) -> str:
        name, slug = item
        return reverse(name, args=[slug] if slug else [])

    def get_protocol(self, protocol: str | None = None) -> str:  # noqa: ARG002 - Django's
        return settings.PUBLIC_URL.split("://")[0]

    def get_domain(self, site: Any = None) -> str:  # noqa: ARG002 - Django's
        return settings.PUBLIC_URL.split("://")[1]

    def get_languages_for_item(self, item: tuple[str, str]) -> list[str]:  # noqa: ARG002 - Django's
        return [code for code, _name in settings.LANGUAGES]


def structured_data(
    dealership: Dealership, menu: Menu, calendar: Calendar, closures: Mapping[date, str], today: date
) -> SafeString:
    """The dealership as schema.org's AutoRepair, as JSON that no text in it can break out of."""
    data = _as_data(dealership, menu, calendar, closures, today)
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(ESCAPES)
    return mark_safe(text)  # noqa: S308 - escaped above, as Django's json_script does


def _as_data(
    dealership: Dealership, menu: Menu, calendar: Calendar, closures: Mapping[date, str], today: date
) -> dict[str, Any]:
    home = absolute(reverse("dealership-home", args=[dealership.slug]))
    logo = show_logo(dealership)
    return {
        "@context": "https://schema.org",
        "@type": ["AutoRepair", "AutoDealer"],
        "@id": f"{absolute(_in_french('dealership-home', dealership))}#business",
        "name": dealership.name,
        "url": dealership.website or home,
        "telephone": dealership.phone,
        "email": dealership.email,
        "address": {
            "@type": "PostalAddress",
            "streetAddress": dealership.address_line,
            "addressLocality": dealership.city,
            "addressRegion": dealership.province,
            "postalCode": dealership.postal_code,
            "addressCountry": "CA",
        },
        **_place(dealership),
        **({"logo": absolute(logo["url"]), "image": absolute(logo["url"])} if logo else {}),
        "currenciesAccepted": CURRENCY,
        "openingHoursSpecification": [*_week(calendar), *_single_days(calendar, closures, today)],
        "potentialAction": _action(dealership),
        "hasOfferCatalog": {
            "@type": "OfferCatalog",
            "name": _("Services"),
            "itemListElement": [_offer(item, dealership) for item in menu.values()],
        },
    }


def _place(dealership: Dealership) -> dict[str, Any]:
    if dealership.latitude is None or dealership.longitude is None:
        return {}
    degrees = {"latitude": float(dealership.latitude), "longitude": float(dealership.longitude)}
    return {"geo": {"@type": "GeoCoordinates", **degrees}}


def _action(dealership: Dealership) -> dict[str, Any]:
    return {
        "@type": "ReserveAction",
        "name": _("Book service"),
        "target": {
            "@type": "EntryPoint",
            "urlTemplate": absolute(reverse("book", args=[dealership.slug])),
            "inLanguage": f"{page_language()}-CA",
            "actionPlatform": [
                "https://schema.org/DesktopWebPlatform",
                "https://schema.org/MobileWebPlatform",
            ],
        },
        "result": {"@type": "Reservation", "name": _("Service appointment")},
    }


def _offer(item: MenuItem, dealership: Dealership) -> dict[str, Any]:
    """A price only where it is the whole price: what depends on answers or takes an estimate has none."""
    language = page_language()
    service = {
        "@type": "Service",
        "name": item.name(language),
        **({"description": item.summary(language)} if item.summary(language) else {}),
    }
    fixed = item.price and not any(one.extra_price for asked in item.questions for one in asked.choices)
    price = {"price": f"{item.price / 100:.2f}", "priceCurrency": CURRENCY} if item.price and fixed else {}
    url = absolute(f"{reverse('book', args=[dealership.slug])}?service={item.code}")
    return {"@type": "Offer", "url": url, **price, "itemOffered": service}


def _week(calendar: Calendar) -> Iterator[dict[str, Any]]:
    """Days with the same hours together."""
    together: dict[tuple[Any, Any], list[str]] = {}
    for weekday, hours in sorted(calendar.hours.items()):
        together.setdefault(hours, []).append(f"https://schema.org/{WEEKDAYS[weekday]}")
    for (opens, closes), days in together.items():
        yield {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": days,
            "opens": f"{opens:%H:%M}",
            "closes": f"{closes:%H:%M}",
        }


def _single_days(calendar: Calendar, closures: Mapping[date, str], today: date) -> Iterator[dict[str, Any]]:
    """Coming days with hours of their own, and closed ones: from midnight to midnight, as search engines read it."""
    for day in sorted({*calendar.special, *calendar.closed}):
        if today <= day <= today + HOURS_AHEAD:
            opens = closes = "00:00"
            if calendar.is_open(day):
                opens, closes = (f"{hour:%H:%M}" for hour in calendar.hours_on(day))
            name = {"name": closures[day]} if day in closures else {}
            yield {
                "@type": "OpeningHoursSpecification",
                **name,
                "validFrom": day.isoformat(),
                "validThrough": day.isoformat(),
                "opens": opens,
                "closes": closes,
            }


def _in_french(name: str, dealership: Dealership) -> str:
    with override("fr"):
        return reverse(name, args=[dealership.slug])
