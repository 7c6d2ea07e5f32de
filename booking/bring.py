"""What to bring to a visit, by what is done and how one arrives. Calculates, never asks the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Protocol

from booking.models import Skill, Transport


class Thing(StrEnum):
    """Something to bring, or to know; pages and messages have their own words for it."""

    LOCK_KEY = "lock_key"
    TIRES = "tires"
    SYMPTOMS = "symptoms"
    LICENCE = "licence"
    KEY_BOX = "key_box"
    REGISTRATION = "registration"


class Work(Protocol):
    """What it depends on of one service as it was booked."""

    @property
    def skill(self) -> str: ...
    @property
    def answers(self) -> list[dict[str, str]]: ...


def things_to_bring(transport: str, work: Iterable[Work]) -> list[Thing]:
    """The most important first."""
    return list(_things(transport, list(work)))


def _things(transport: str, work: list[Work]) -> Iterator[Thing]:
    skills = {one.skill for one in work}
    if Skill.TIRES in skills:
        yield Thing.LOCK_KEY
        if any(_brings_tires(answer) for one in work for answer in one.answers):
            yield Thing.TIRES
    if Skill.DIAGNOSIS in skills:
        yield Thing.SYMPTOMS
    if transport == Transport.COURTESY_CAR:
        yield Thing.LICENCE
    if transport == Transport.KEY_DROP:
        yield Thing.KEY_BOX
    yield Thing.REGISTRATION


def _brings_tires(answer: dict[str, str]) -> bool:
    return answer.get("question") == "tires" and answer.get("choice") == "own"
