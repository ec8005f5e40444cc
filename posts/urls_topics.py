"""Addresses of the owning section's confirmation, and of saying that one looks at a case."""

from django.urls import URLPattern, path

from posts.views import presence, topics

urlpatterns: list[URLPattern] = [
    path("posts/<int:pk>/topic/", topics.post_topic, name="post_topic"),
    path("posts/<int:pk>/claim/", presence.post_claim, name="post_claim"),
]
