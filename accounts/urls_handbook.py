"""Address of the staff handbook."""

from django.urls import URLPattern, path

from accounts.views import handbook

urlpatterns: list[URLPattern] = [path("handbook/", handbook.handbook, name="handbook")]
