"""What an e-mail says itself: not what it quotes, nor what its program adds below."""

from __future__ import annotations

import re

import inscriptis
import quotequail

from lib.text import without_controls

# What is new stands at the top of a long thread; and looking for the thread takes quadratic time.
MOST_READ, MOST_LINES = 20_000, 300
# The same of a letter that is only HTML, with its marks.
MOST_HTML = 100_000
_QUOTED = re.compile(r"^\s*>")
_RULE = re.compile(r"^\s*[_=-]{5,}\s*$")
# What telephones and mail programs write below by themselves.
_PROGRAM = re.compile(
    r"^(sent (from|via|with) |get outlook for |envoy[ée]e? (de(puis)?|avec|à partir d|[àa] l.aide d) ?"
    r"|(t[ée]l[ée]charger|obtenez|obtenir) outlook pour )",
    re.IGNORECASE,
)
# Where the thread begins in programs that the library does not know in French.
_FORWARDED = re.compile(
    r"^\s*-{3,}\s*(original message|message d.origine|message original|message transf[ée]r[ée])\s*-{3,}\s*$",
    re.IGNORECASE,
)


def own_words(text: str, html: str) -> str:
    """The words of whoever wrote this e-mail, lines kept; everything when nothing else would be left.

    `html` is read when there is no text. A signature after the usual `-- ` goes too.
    """
    read = (text if text.strip() else _text_of(html))[:MOST_READ]
    whole = "\n".join(without_controls(read, keep="\n").strip().splitlines()[:MOST_LINES])
    return _without_program(_above_signature(_above_thread(whole))) or whole


def _text_of(html: str) -> str:
    return inscriptis.get_text(html[:MOST_HTML]) if html.strip() else ""


def _above_thread(whole: str) -> str:
    lines = whole.splitlines()
    cut = next((at for at, line in enumerate(lines) if _FORWARDED.match(line)), len(lines))
    thread = quotequail.unwrap("\n".join(lines[:cut]))
    top = (thread.get("text_top") or thread.get("text_bottom") or "") if thread else "\n".join(lines[:cut])
    return "\n".join(line for line in top.splitlines() if not _QUOTED.match(line)).strip()


def _above_signature(words: str) -> str:
    lines = words.splitlines()
    end = next((at for at, line in enumerate(lines) if line.rstrip() == "--"), len(lines))
    return "\n".join(lines[:end]).strip()


def _without_program(words: str) -> str:
    lines = words.splitlines()
    while lines and (not lines[-1].strip() or _RULE.match(lines[-1]) or _PROGRAM.match(lines[-1].strip())):
        lines.pop()
    return "\n".join(lines)
