"""Addresses of restrictions, of the disaster headquarters, and of deciding about held deliveries."""

from django.urls import path

from posts.views import held, restricting

urlpatterns = [
    path("restrictions/", restricting.restriction_list, name="restriction_list"),
    path("restrictions/new/", restricting.restriction_new, name="restriction_new"),
    path("restrictions/<int:pk>/", restricting.restriction_detail, name="restriction_detail"),
    path("headquarters/", restricting.headquarters, name="headquarters"),
    path("deliveries/<int:pk>/decide/", held.held_decide, name="held_decide"),
]
