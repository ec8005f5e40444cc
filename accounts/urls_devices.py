"""Addresses of the registered devices."""

from django.urls import URLPattern, path

from accounts.views import devices, this_device

urlpatterns: list[URLPattern] = [
    path("devices/", devices.device_list, name="device_list"),
    path("devices/this/", this_device.this_device, name="this_device"),
    path("devices/this/passkey/", this_device.passkey_options, name="passkey_options"),
    path("devices/<int:pk>/", devices.device_detail, name="device_detail"),
]
