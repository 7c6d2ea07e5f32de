"""An HTML letter as its reader sees it."""

import re
from html.parser import HTMLParser

# What stands within a sentence; everything else ends one.
INLINE = {"a", "span", "strong"}


class Text(HTMLParser):
    """What a reader sees of an HTML letter, and where its links lead."""

    def __init__(self, html):
        super().__init__()
        self.links, self.tags, self.words, self._hidden = [], [], [], False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self._break(tag)
        self._hidden = tag in {"style", "title"}
        self.links += [value for name, value in attrs if name == "href"]

    def handle_endtag(self, tag):
        self._break(tag)
        self._hidden = False

    def _break(self, tag):
        if tag not in INLINE:
            self.words.append(" ")

    def handle_data(self, data):
        if not self._hidden:
            self.words.append(data)

    @property
    def seen(self):
        return re.sub(r"[ \n]+", " ", "".join(self.words))
