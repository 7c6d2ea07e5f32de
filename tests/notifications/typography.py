"""A linter of words: what the typography of Québec French asks (OQLF), and what must not be left over in any language."""

import re

NBSP = "\u00a0"
URL = re.compile(r"https?://\S+")
EITHER = {
    "two ordinary spaces": r"[^\S\n\u00a0]{2,}",
    "a straight apostrophe or quote": r"['\"]",
    "an exclamation mark": r"!",
    "three points for an ellipsis": r"\.\.",
    "a space before a comma or a point": r"\s[,.](?:\s|$)",
    "left over from a template": r"\{\{|\}\}|\{%|%\}|\bNone\b|\bnan\b|\bundefined\b|\[\]|\(\)",
    "nothing between two commas": r",\s*,",
}
FRENCH = {
    "no no-break space before a colon": r"(?<!\u00a0):(?=\s|$)",
    "a space before ; or ?": r"\s[;?]",
    "no no-break space inside «": r"«(?!\u00a0)",
    "no no-break space inside »": r"(?<!\u00a0)»",
    "no no-break space before h": r"\d ?h(?:\b|\d)",
    "no no-break space after h": r"\d\u00a0h\d|\d\u00a0h \d\d\b",
    "no no-break space before a unit": r"\d ?(?:\$|km\b|min\b|%|°C)",
    "a word that Québec avoids": r"\b(?i:e-?mails?|booker|canceller|loaner|bill|balancement|call|slot)\b",
}
ENGLISH = {
    "a space before : ; or ?": r"\s[:;?]",
    "a guillemet": r"[«»]",
    "jargon": r"\b(?i:slot|op code|repair order|RO)\b",
}
# What sells; a message that is sent without consent may have none of it.
SELLS = re.compile(
    r"rabais|promo|\boffres?\b|coupon|cadeau|gratuit|économis|au lieu de|spécia(?:l|ux)|concours|tirage|fidélité"
    r"|discount|\bspecials?\b|\bdeals?\b|free gift|\bsave\b|\bsale\b|% off|contest|loyalty|survey|sondage",
    re.IGNORECASE,
)


def faults(text: str, language: str, *, typed: tuple[str, ...] = ()) -> list[str]:
    """What is wrong in a text, each with where; `typed` is what people wrote, which is theirs."""
    for words in sorted(filter(None, typed), key=len, reverse=True):
        text = text.replace(words, "X")
    text = URL.sub("X", text)
    rules = EITHER | (ENGLISH if language == "en" else FRENCH)
    return [
        f"{name}: …{text[max(0, hit.start() - 30) : hit.end() + 10]}…"
        for name, rule in rules.items()
        for hit in re.finditer(rule, text)
    ]
