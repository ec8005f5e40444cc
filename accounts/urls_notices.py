"""Addresses of the notices."""

from django.urls import URLPattern, path

from accounts.views import notices

urlpatterns: list[URLPattern] = [
    path("notices/", notices.notice_list, name="notice_list"),
    path("notices/<int:pk>/", notices.notice_open, name="notice_open"),
]
