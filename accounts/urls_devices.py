"""Addresses of the registered devices."""

from django.urls import URLPattern, path

from accounts.views import devices

urlpatterns: list[URLPattern] = [
    path("devices/", devices.device_list, name="device_list"),
    path("devices/this/", devices.this_device, name="this_device"),
    path("devices/<int:pk>/", devices.device_detail, name="device_detail"),
]
