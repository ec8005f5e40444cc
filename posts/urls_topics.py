"""Address of the owning section's confirmation."""

from django.urls import URLPattern, path

from posts.views import topics

urlpatterns: list[URLPattern] = [path("posts/<int:pk>/topic/", topics.post_topic, name="post_topic")]
