"""An HTML letter as its reader sees it."""

import re
from html.parser import HTMLParser

# What stands within a sentence; everything else ends one.
INLINE = {"a", "span", "strong"}
# Blanks without width, after an inbox's preview.
FILLER = "\u034f\u200c\u00a0 \n"


class Text(HTMLParser):
    """What a reader sees of an HTML letter, and where its links lead."""

    def __init__(self, html):
        super().__init__()
        self.links, self.tags, self.words, self._hidden = [], [], [], False
        self.preview, self._in_preview = "", False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self._break(tag)
        self._hidden = tag in {"style", "title"}
        self._in_preview = self._in_preview or "display:none" in (dict(attrs).get("style") or "")
        self.links += [value for name, value in attrs if name == "href"]

    def handle_endtag(self, tag):
        self._break(tag)
        self._hidden = False
        if tag == "div":
            self._in_preview = False

    def _break(self, tag):
        if tag not in INLINE:
            self.words.append(" ")

    def handle_data(self, data):
        if self._in_preview:
            self.preview = (self.preview + data).strip(FILLER)
        elif not self._hidden:
            self.words.append(data)

    @property
    def seen(self):
        return re.sub(r"[ \n]+", " ", "".join(self.words))
