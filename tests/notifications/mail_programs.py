"""What mail programs can't show, as rules for one HTML letter. No program is at hand to try: the rules are public data.

Outlook on Windows draws with Word. What it shows of a feature is the column "Outlook, Windows" of caniemail.com (data of
September 2025), here as https://www.caniemail.com/features/<name of the rule>/. Where Word shows less, a rule says which
fallback must stand beside it. Gmail shows nothing after 102 kB, drops every style sheet for the mailboxes of other
providers (html-style), and one that it can't read.
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

SIZE = 90_000  # Gmail clips at 102 kB, with what the mail server's encoding adds
SHEET = 8_192  # characters of one style sheet that Gmail reads
EMPTY = {"meta", "br", "img"}

# Word shows these wherever they stand (css-color, css-background-color, css-font, css-text-align, css-border, ...).
SHOWN = {
    "color", "background-color", "font-family", "font-size", "font-weight", "text-align", "border", "border-top",
    "border-collapse", "letter-spacing",
}  # fmt: skip
# Word does without, and the letter reads the same: what is lost.
SPARED = {
    "border-radius": "square corners (css-border-radius)",
    "white-space": "a number may break at the end of a line (css-white-space)",
    "-webkit-text-size-adjust": "concerns iPhones only",
    "word-break": "a long address may stand out of its box (css-word-wrap)",
}
# Where Word shows them.
ONLY_ON = {
    "margin": {
        "p",
        "h1",
        "div",
    },  # css-margin: not on body and span; body's is zero, with attributes on the table
    "padding": {"td"},  # css-padding: only on table cells
    "line-height": {
        "p",
        "h1",
        "td",
        "a",
    },  # css-line-height: needs mso-line-height-rule, which the head gives these
    "width": {"table", "td"},  # css-width: not on body, span, div, p, img
    "text-decoration": {"a"},  # css-text-decoration: one value
}
# Values that Word can't read: css-rgba, css-unit-calc, css-variables, css-unit-rem, css-unit-vw, css-background-image ...
UNREADABLE = re.compile(
    r"rgba|hsl|calc\(|var\(|min\(|max\(|clamp\(|\brem\b|\dr?em\b|\dv[wh]\b|url\(|gradient|-\d"
)
NEVER = {
    "img without alt or width": "html-img, html-width",
    "video": "html-video", "svg": "html-svg", "form": "html-form", "button": "html-button-submit", "ul": "html-lists",
}  # fmt: skip


@dataclass
class Element:
    """One element of a letter, with what it stands in."""

    tag: str
    attrs: dict[str, str]
    parent: "Element | None"
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    @property
    def style(self) -> dict[str, str]:
        """The properties of its own style attribute."""
        pairs = (one.split(":", 1) for one in self.attrs.get("style", "").split(";") if one.strip())
        return {name.strip(): value.strip() for name, value in pairs}

    @property
    def classes(self) -> set[str]:
        """Its class names."""
        return set(self.attrs.get("class", "").split())

    def walk(self):
        """It, and everything in it."""
        yield self
        for child in self.children:
            yield from child.walk()

    def up(self):
        """It, and everything around it, from the inside."""
        yield self
        if self.parent:
            yield from self.parent.up()

    def __str__(self):
        attrs = " ".join(f'{name}="{value}"' for name, value in self.attrs.items())
        return f"<{self.tag} {attrs}>"[:160]


class Letter(HTMLParser):
    """An HTML letter as a tree, with its style sheets and its comments, which Outlook on Windows reads."""

    def __init__(self, html):
        super().__init__()
        self.html, self.sheets, self.comments = html, [], []
        self.root = self._in = Element("document", {}, None)
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        element = Element(tag, {name: value or "" for name, value in attrs}, self._in)
        self._in.children.append(element)
        if tag not in EMPTY:
            self._in = element

    def handle_endtag(self, tag):
        while self._in.parent and self._in.tag != tag:
            self._in = self._in.parent
        self._in = self._in.parent or self._in

    def handle_data(self, data):
        if self._in.tag == "style":
            self.sheets.append(data)
        self._in.text += data

    def handle_comment(self, data):
        self.comments.append(data)

    def all(self, *tags):
        """Its elements of these tags."""
        return [one for one in self.root.walk() if not tags or one.tag in tags]


def faults(letter):
    """What some mail program would not show as it is meant, each with where."""
    size = len(letter.html.encode())
    found = [f"{size} bytes"] if size > SIZE else []
    for element in letter.all():
        found += [f"{fault}: {element}" for fault in _element_faults(element)]
    return found + _sheet_faults(letter) + _frame_faults(letter)


def _element_faults(element):
    if element.tag in NEVER:
        yield f"no <{element.tag}> ({NEVER[element.tag]})"
    if element.tag == "img" and not ({"alt", "width"} <= element.attrs.keys()):
        yield "an image needs alt and width (html-width)"
    if element.tag == "table":
        if element.attrs.get("role") != "presentation":
            yield "a table of layout says so: role=presentation"
        if not {"cellpadding", "cellspacing", "border"} <= element.attrs.keys():
            yield "without these attributes Word adds space and lines: cellpadding, cellspacing, border"
    if "background" in element.attrs:
        yield "no background attribute (html-background)"
    if is_hidden(element):
        if "mso-hide" not in element.style:
            yield "what is hidden is shown in Word's inner tables without mso-hide (css-display-none)"
        return
    for name, value in element.style.items():
        yield from _property_faults(element, name, value)
    yield from _colour_faults(element)


def _property_faults(element, name, value):
    if name.startswith("mso-") or name in SPARED:
        return
    if UNREADABLE.search(value):
        yield f"Word can't read {name}:{value}"
    if name == "display":
        if value not in ("block", "inline-block") or not is_button(element):
            yield "only a button's link is a block, in Word its cell is (css-display)"
    elif name == "max-width":
        if element.tag != "div":
            yield "max-width belongs on the div within the table for Word (css-max-width)"
    elif name == "padding" and element.tag == "a":
        if not is_button(element):
            yield "a link's padding needs a cell with bgcolor and mso-padding-alt (css-padding)"
    elif name in ONLY_ON:
        if element.tag not in ONLY_ON[name] and value not in ("0", "0 auto"):
            yield f"{name} is nothing to Word on <{element.tag}> (css-{name})"
    elif name not in SHOWN:
        yield f"Word does not show {name} (css-{name})"


def _colour_faults(element):
    style = element.style
    fill = style.get("background-color")
    if fill and element.tag in ("table", "td") and element.attrs.get("bgcolor") != fill:
        yield "a coloured table or cell says so in bgcolor, too (css-background-color)"
    # Without its style sheets a letter is what is written in its elements.
    if element.classes & {"m-ink", "m-quiet", "m-link", "m-bar-ink"} and "color" not in style:
        yield "a class that colours text needs its light colour in the style attribute (html-style)"
    if element.classes & {"m-page", "m-card", "m-bar", "m-panel", "m-button"} and not fill:
        yield "a class that fills needs its light colour in the style attribute (html-style)"


def is_hidden(element):
    """Whether nothing of it is shown."""
    return any(one.style.get("display") == "none" for one in element.up())


def is_button(element):
    """Whether this link is alone in a cell that has the colour and, for Word, the padding."""
    cell = element.parent
    return (
        element.tag == "a"
        and cell.tag == "td"
        and cell.children == [element]
        and not cell.text.strip()
        and "bgcolor" in cell.attrs
        and bool(re.match(r"\d+px", cell.style.get("mso-padding-alt", "")))
        and element.style.get("mso-padding-alt") == "0"
    )


def _sheet_faults(letter):
    found = []
    for sheet in letter.sheets:
        if len(sheet) > SHEET:
            found.append("a style sheet is too long for Gmail (html-style)")
        if re.search(r"\S!important|!IMPORTANT", sheet):
            found.append("a space stands before !important, which is in small letters (css-important)")
        if re.search(r"@media[^{]*\{[^}]*\{[^}]*@", sheet) or "@import" in sheet or "@font-face" in sheet:
            found.append("nothing is nested or fetched (css-at-media)")
        if UNREADABLE.search(sheet.replace("-width", "")) or re.search(r"[+~>*]\s*\.?\w+\s*\{", sheet):
            found.append("only classes, and what is in them (css-selector-adjacent-sibling)")
    if sum("prefers-color-scheme" in sheet for sheet in letter.sheets) != 1:
        found.append(
            "dark mode has its own sheet: Yahoo does not know it (css-at-media-prefers-color-scheme)"
        )
    if any("data-ogsc" in sheet and "@media" in sheet for sheet in letter.sheets):
        found.append("Outlook's dark mode has its own sheet: Gmail does not know it (css-selector-attribute)")
    return found


def _frame_faults(letter):
    metas = {one.attrs.get("name"): one.attrs.get("content") for one in letter.all("meta")}
    word = " ".join(letter.comments)
    needed = {
        "the programs are told of dark mode (html-meta-color-scheme)": metas.get("color-scheme")
        == "light dark",
        "Apple's older programs, too": metas.get("supported-color-schemes") == "light dark",
        "a phone shows it in its own width": "width=device-width" in metas.get("viewport", ""),
        "Word is told that line heights are exact (css-line-height)": "mso-line-height-rule: exactly" in word,
        "Word has a table of 600 px (css-max-width)": word.count('width="600"') == 1
        and "width:600px" in word,
        "Word closes that table": word.count("<table") == word.count("</table"),
        "a screen of many points is not a screen of few": "PixelsPerInch>96" in word,
    }
    article = [one for one in letter.all("div") if one.attrs.get("role") == "article"]
    # Gmail and Yahoo keep no html element: its language has to stand within (html-lang, html-body).
    needed["its language and direction stand within the body"] = len(article) == 1 and (
        article[0].attrs.get("lang"), article[0].attrs.get("dir")
    ) == (letter.all("html")[0].attrs.get("lang"), "ltr")  # fmt: skip
    return [f"missing: {words}" for words, there in needed.items() if not there]
