"""Addresses of emergencies: disaster information at once, the chief's word, what is looked at afterwards."""

from django.urls import path

from posts.views import afterwards, confirming, emergency

urlpatterns = [
    path("disaster/", emergency.disaster_new, name="disaster_new"),
    path("disaster/counters/", emergency.disaster_counters, name="disaster_counters"),
    path("disaster/<int:pk>/", emergency.disaster_edit, name="disaster_edit"),
    path("posts/<int:pk>/emergency/", emergency.post_emergency, name="post_emergency"),
    path("posts/<int:pk>/confirm/", confirming.post_confirm, name="post_confirm"),
    path("confirmations/<int:pk>/ratify/", confirming.confirmation_ratify, name="confirmation_ratify"),
    path("confirmations/<int:pk>/deny/", confirming.confirmation_deny, name="confirmation_deny"),
    path("afterwards/", afterwards.afterwards_list, name="afterwards_list"),
    path("afterwards/<int:pk>/", afterwards.afterwards_review, name="afterwards_review"),
    path("afterwards/report/", afterwards.afterwards_report, name="afterwards_report"),
    path("afterwards/report.csv", afterwards.afterwards_report_csv, name="afterwards_report_csv"),
]
