"""Addresses; being filled."""

urlpatterns = []
