"""The API's addresses; what is none of them is refused in JSON too."""

from django.urls import URLPattern, URLResolver, path, re_path

from api.docs import docs
from api.problems import nothing_here
from api.speaking import speaking
from api.v1 import api

_patterns, _app, _namespace = api.urls
for _pattern in _patterns:
    assert _pattern.callback
    _pattern.callback = speaking(_pattern.callback)

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/", (_patterns, _app, _namespace)),
    path("docs", docs, name="api-docs"),
    re_path(r"^[\s\S]*$", speaking(nothing_here), name="api-nothing-here"),
]
