"""Addresses of people, sections and deputies."""

from django.urls import URLPattern, path

from accounts.views import people, sections

urlpatterns: list[URLPattern] = [
    path("people/", sections.section_list, name="section_list"),
    path("people/all/", people.person_list, name="person_list"),
    path("people/<int:pk>/", people.person_detail, name="person_detail"),
    path("people/sections/<int:pk>/", sections.section_edit, name="section_edit"),
    path("people/deputies/", sections.deputies, name="deputies"),
]
