"""The menu as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True, slots=True)
class MenuChoice:
    code: str
    fr: str
    en: str
    extra_minutes: int
    extra_price: int
    notice_hours: int
    groups: tuple[str, ...] = ()

    def label(self, language: str) -> str:
        return self.en if language == "en" else self.fr


@dataclass(frozen=True, slots=True)
class MenuQuestion:
    code: str
    fr: str
    en: str
    choices: tuple[MenuChoice, ...]
    required: bool = True

    def label(self, language: str) -> str:
        return self.en if language == "en" else self.fr

    def find(self, code: str) -> MenuChoice | None:
        return next((choice for choice in self.choices if choice.code == code), None)


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One service of the menu, with its questions; prices in cents before taxes, None on estimate."""

    id: int
    code: str
    fr: str
    en: str
    summary_fr: str
    summary_en: str
    icon: str
    minutes: int
    price: int | None
    skill: str
    waitable: bool
    transports: list[str]
    questions: tuple[MenuQuestion, ...]
    notice_hours: int = 0
    same_day_until: time | None = None
    horizon_days: int | None = None
    groups: tuple[str, ...] = ()
    keywords_fr: str = ""
    keywords_en: str = ""
    not_for: tuple[str, ...] = ()  # fuels of vehicles that it is not offered to
    asks_problem: bool = False

    def name(self, language: str) -> str:
        return self.en if language == "en" else self.fr

    def summary(self, language: str) -> str:
        return self.summary_en if language == "en" else self.summary_fr


Menu = Mapping[str, MenuItem]
