"""The app of the screens that see several apps; it has no models."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "desk"
    verbose_name = "画面"
