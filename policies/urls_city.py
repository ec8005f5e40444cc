"""Addresses of the city's lists: working hours, elections, urgencies."""

from django.urls import URLPattern, path

from policies.views import elections, hours, urgencies

urlpatterns: list[URLPattern] = [
    path("city/", hours.hours, name="hours"),
    path("city/elections/", elections.election_list, name="election_list"),
    path("city/elections/new/", elections.election_new, name="election_new"),
    path("city/elections/<int:pk>/edit/", elections.election_edit, name="election_edit"),
    path("city/urgencies/", urgencies.urgency_list, name="urgency_list"),
    path("register/<int:pk>/board/", elections.account_board, name="account_board"),
]
