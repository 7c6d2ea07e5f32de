"""What a text message or an e-mail means, when it is one of the words that a machine may act on.

Only a whole message counts: a word inside a sentence is for a person to read. The words that stop, help and start are
the carriers' (CTIA Messaging Principles; CWTA short code guidelines) with their French: the providers' own lists lack
ARRET. CANCEL stops messages, as everywhere, so no word cancels an appointment.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from lib.text import fold


class Meaning(StrEnum):
    """What the sender of a text message wants."""

    STOP = "stop"
    HELP = "help"
    START = "start"
    CONFIRM = "confirm"
    CHANGE = "change"  # to move the visit
    CANCEL = "cancel"  # to call it off, or no: answered with the link, never acted on
    LATE = "late"
    THANKS = "thanks"  # nothing to do
    OTHER = "other"  # for a person to read


@dataclass(frozen=True, slots=True)
class Reading:
    """What was meant; the `language` of the word, empty when it is no language's; `minutes` late; a bare `digit`."""

    meaning: Meaning
    language: str = ""
    minutes: int | None = None
    digit: int | None = None


def _listed(words: str) -> frozenset[str]:
    return frozenset(word.strip() for word in words.split(","))


# (meaning, language): the words, folded: no accents, no capitals, hyphens and apostrophes as spaces.
_WORDS: dict[tuple[Meaning, str], str] = {
    (
        Meaning.STOP,
        "en",
    ): "stop, unsubscribe, end, quit, cancel, stopall, stop all, revoke, optout, opt out, remove",
    (Meaning.STOP, "fr"): "arret, arreter, arretez, desabonner, desabonnez moi, desabonnement, fin, td",
    (Meaning.HELP, "en"): "help",
    (Meaning.HELP, "fr"): "aide",
    (Meaning.HELP, ""): "info",
    (Meaning.START, "en"): "start, unstop",
    (Meaning.START, "fr"): "debut, oui abonner",
    (
        Meaning.CONFIRM,
        "en",
    ): "yes, yep, yeah, y, confirm, confirmed, i confirm, yes i confirm, yes i ll be there",
    (Meaning.CONFIRM, "fr"): (
        "oui, confirmer, confirme, je confirme, oui je confirme, d accord, oui d accord, oui je serai la, "
        "je serai la, oui j y serai, j y serai"
    ),
    (Meaning.CONFIRM, ""): "o, ok, okay, 1, c, 👍, 👌, ✅",
    (Meaning.CHANGE, "en"): "change, move, reschedule, change my appointment, move my appointment, "
    "reschedule my appointment",
    (
        Meaning.CHANGE,
        "fr",
    ): "deplacer, changer, reporter, modifier, deplacer mon rendez vous, changer mon rendez vous, "
    "reporter mon rendez vous, modifier mon rendez vous, deplacer mon rdv, changer mon rdv, reporter mon rdv",
    (Meaning.CHANGE, ""): "2",
    (Meaning.CANCEL, "en"): "no, nope, cancel appointment, cancel my appointment, cancel it",
    (Meaning.CANCEL, "fr"): "non, annuler, annulez, annule, annuler mon rendez vous, annuler mon rdv, "
    "annulez mon rendez vous, annuler rdv",
    (Meaning.CANCEL, ""): "n",
    (Meaning.THANKS, "en"): "thanks, thank you, great, perfect, thx",
    (Meaning.THANKS, "fr"): "merci, merci beaucoup, parfait, super, bien recu",
}
_MEANINGS = {word.strip(): key for key, words in _WORDS.items() for word in words.split(",")}
# Said before and after without changing anything.
_POLITE = re.compile(
    r"^(?:(?:bonjour|allo|salut|hi|hello|hey)\s+)?(.+?)"
    r"(?:\s+(?:svp|s il vous plait|s il te plait|please|pls|merci|merci beaucoup|thanks|thank you))?$"
)
# A message of these words alone, with "retard" or "late" among them, says that somebody is late.
_LATE_WORDS = {
    "fr": "je j on nous vais vas va allons aller suis serai sera serons ai aurai aura avoir etre en un une petit petite "
    "peu du de d bit environ retard desole desolee bonjour salut allo merci minute minutes min mn m oui",
    "en": "i we am m are re will ll be is running a an bit little few by about around approximately late sorry hi hello "
    "thanks gonna going to might minute minutes min mins m yes",
}
_LATE_WORD = {"fr": "retard", "en": "late"}
_PARTS = re.compile(r"\d+|[^\W\d_]+|[👍👌✅]")
_TONES = re.compile("[\ufe0f\U0001f3fb-\U0001f3ff]")
_WORD = re.compile(r"[^\W\d_]+")
_GREETING = re.compile(r"(?:bonjour|bonsoir|allo|salut|hi|hello|hey|good morning|good afternoon|dear)\b")
_MOST_GREETED = 4
_ENDS = _listed(
    "merci, merci beaucoup, merci bien, merci d avance, merci et bonne journee, bonne journee, bonne soiree, "
    "cordialement, salutations, bien a vous, au revoir, a bientot, thanks, thank you, many thanks, regards, "
    "best regards, kind regards, best, cheers, sincerely, have a nice day, have a good day"
)
# By e-mail, END or REMOVE may be about anything, and CANCEL is about the appointment.
_STOP_LETTERS = _listed(
    "stop, stop all, unsubscribe, opt out, arret, arreter, arretez, desabonner, desabonnez moi, desabonnement"
)
_NOT_OF_LETTERS = frozenset({Meaning.STOP, Meaning.HELP, Meaning.START, Meaning.THANKS})


def read_words(text: str) -> Reading:
    """What a whole message means, whatever its case, accents and punctuation."""
    parts = _PARTS.findall(fold(_TONES.sub("", text)))
    if not parts:
        return Reading(Meaning.OTHER)
    said = " ".join(parts)
    polite = _POLITE.match(said)
    word = said if said in _MEANINGS or polite is None else polite[1]
    digit = int(word) if len(word) == 1 and word.isdecimal() else None
    if word in _MEANINGS:
        return Reading(*_MEANINGS[word], digit=digit)
    return Reading(Meaning.OTHER, digit=digit) if digit is not None else _read_late(parts)


def read_letter_words(text: str, name: str = "") -> Reading:
    """What a whole e-mail means, its greeting and its end aside: who writes letters greets, and signs with their `name`.

    The carriers' words are for text messages: by e-mail, only what can mean nothing else stops.
    """
    whole = read_words(text)
    if whole.meaning is Meaning.THANKS:
        return whole
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > 1 and _is_greeting(lines[0]):
        lines.pop(0)
    own = set(_WORD.findall(fold(name)))
    while len(lines) > 1 and _is_end(lines[-1], own):
        lines.pop()
    said = " ".join(_WORD.findall(fold(" ".join(lines))))
    reading = read_words(" ".join(lines))
    if said in _STOP_LETTERS:
        return reading
    if said == "cancel":
        return Reading(Meaning.CANCEL, "en")
    return Reading(Meaning.OTHER) if reading.meaning in _NOT_OF_LETTERS else reading


def _is_greeting(line: str) -> bool:
    """Bonjour Julie, and nothing more that could mean something."""
    folded = fold(line)
    greeting = _GREETING.match(folded)
    if greeting is None or len(_WORD.findall(folded)) > _MOST_GREETED or re.search(r"\d", folded):
        return False
    rest = folded[greeting.end() :]
    return not _WORD.findall(rest) or (
        line.rstrip().endswith((",", "!", ".")) and read_words(rest).meaning is Meaning.OTHER
    )


def _is_end(line: str, own: set[str]) -> bool:
    words = _WORD.findall(fold(line))
    return " ".join(words) in _ENDS or (bool(words) and set(words) <= own)


def _read_late(parts: list[str]) -> Reading:
    numbers = [int(part) for part in parts if part.isdecimal() and len(part) <= 3]
    words = {part for part in parts if not part.isdecimal()}
    for language, known in _LATE_WORDS.items():
        if _LATE_WORD[language] in words and words <= set(known.split()) and len(numbers) <= 1:
            return Reading(Meaning.LATE, language, minutes=numbers[0] if numbers else None)
    return Reading(Meaning.OTHER)
