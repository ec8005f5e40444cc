"""Addresses of the screens that see several apps."""

from django.urls import path

from desk.views import clauses, home, timeline

urlpatterns = [
    path("", home.home, name="home"),
    path("training/", timeline.training_posts, name="training_timeline"),
    path("clauses/", clauses.clause_list, name="clauses"),
]
