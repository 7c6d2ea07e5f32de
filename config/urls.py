"""Every address, by audience. French has no prefix, English is under /en/."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path

from booking.views.account.invitations import open_invitation
from booking.views.embed import script
from booking.views.manage import open_link
from booking.views.offer import open_offer
from booking.views.review import open_review
from booking.views.seo import PublicPages, robots
from booking.views.wait_list import open_entry
from config.health import healthz, readyz
from config.metrics import metrics
from config.style_guide import style_guide

handler500 = "config.faults.server_error"

urlpatterns = [
    # Machines
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("api/", include("api.urls")),
    path("hooks/", include("notifications.hooks_urls")),
    path("embed.js", script, name="embed-script"),
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemap, {"sitemaps": {"pages": PublicPages}}, name="sitemap"),
    # The links in messages: no language of their own, they go on in the customer's
    path("m/<str:token>", open_link, name="manage-link"),
    path("m/<str:token>/review/", open_review, name="review-link"),
    path("o/<str:token>", open_offer, name="offer-link"),
    path("l/<str:token>", open_entry, name="wait-list-link"),
    path("i/<str:token>", open_invitation, name="invitation-link"),
]
urlpatterns += i18n_patterns(
    path("account/", include("config.account_urls")),
    path("", include("notifications.urls")),
    path("desk/", include("desk.urls")),
    *([path("demo/style/", style_guide, name="style-guide")] if settings.DEMO else []),
    # Customers; last, because a dealership's slug matches anything
    path("", include("booking.urls")),
    prefix_default_language=False,
)
