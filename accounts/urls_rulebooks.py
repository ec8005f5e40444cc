"""Addresses of the city's rulebooks."""

from django.urls import URLPattern, path

from accounts.views import rulebooks

urlpatterns: list[URLPattern] = [
    path("rulebooks/", rulebooks.rulebook_list, name="rulebook_list"),
    path("rulebooks/new/", rulebooks.rulebook_new, name="rulebook_new"),
    path("rulebooks/<slug:key>/", rulebooks.rulebook_detail, name="rulebook_detail"),
]
