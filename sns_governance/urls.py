"""Every address of the staff screens, and the published city site."""

from django.urls import include, path

from sns_governance.health import healthz

urlpatterns = [
    path("", include("desk.urls")),
    path("", include("desk.urls_session")),
    path("", include("posts.urls")),
    path("", include("posts.urls_review")),
    path("", include("posts.urls_restricting")),
    path("", include("posts.urls_emergency")),
    path("", include("posts.urls_topics")),
    path("", include("posts.urls_by_hand")),
    path("", include("accounts.urls_devices")),
    path("", include("accounts.urls_notices")),
    path("", include("accounts.urls_people")),
    path("", include("accounts.urls_rulebooks")),
    path("", include("accounts.urls_handbook")),
    path("", include("policies.urls")),
    path("", include("policies.urls_city")),
    path("healthz", healthz, name="healthz"),
]
