"""Every address of the staff screens, and the published city site."""

from django.urls import include, path

from sns_governance.health import healthz

urlpatterns = [
    path("", include("desk.urls")),
    path("", include("desk.urls_session")),
    path("", include("posts.urls")),
    path("", include("posts.urls_review")),
    path("", include("policies.urls")),
    path("healthz", healthz, name="healthz"),
]
