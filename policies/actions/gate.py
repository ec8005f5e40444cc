"""The gate that all sending passes, and the rows of which there is exactly one. Who may narrow what is not here."""

from django.db import connections
from django.db.models import F

from policies.models import CityGate, CitySite


def raise_epoch() -> int:
    """Nothing is armed at or after this moment without having seen what the caller's transaction changes.

    Returns the new epoch.

    Takes the gate's lock until the transaction ends; first of all locks (CityGate → SocialAccount → Post → Delivery).
    """
    CityGate.objects.filter(pk=1).update(epoch=F("epoch") + 1)
    return CityGate.objects.values_list("epoch", flat=True).get(pk=1)


def make_rows(using: str) -> None:
    """Make the single rows where their tables are and they are not."""
    tables = connections[using].introspection.table_names()
    for model in (CityGate, CitySite):
        if model._meta.db_table in tables:
            model.objects.using(using).get_or_create(pk=1)
