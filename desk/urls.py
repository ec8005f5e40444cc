"""Addresses of the screens that see several apps."""

from django.urls import path

from desk.views import clauses, connections, home, leaving, ledger, timeline, transfers

urlpatterns = [
    path("", home.home, name="home"),
    path("training/", timeline.training_posts, name="training_timeline"),
    path("people/<int:pk>/leave/", leaving.person_leave, name="person_leave"),
    path("transfers/", transfers.transfers, name="transfers"),
    path("transfers/example.csv", transfers.transfer_example, name="transfer_example"),
    path("ledger/", ledger.ledger, name="ledger"),
    path("ledger/<int:pk>/", ledger.ledger_entry, name="ledger_entry"),
    path("connections/", connections.connection_list, name="connection_list"),
    path("clauses/", clauses.clause_list, name="clauses"),
]
