"""What stays when the tables are emptied between tests."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType

from accounts.models import SocialAccount
from tests.support.cast import make_account, make_cast

IDS: list[set[tuple[int, int]]] = []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["once", "again"])
def test_ids_of_models_and_permissions_are_the_same_for_every_test(time: str) -> None:
    """A web process that lives through several tests remembers them, and found no permission afterwards."""
    assert not SocialAccount.objects.exists()
    make_account(make_cast())
    IDS.append(set(Permission.objects.values_list("content_type_id", "pk")))
    assert {content for content, _ in IDS[-1]} <= set(ContentType.objects.values_list("pk", flat=True))
    assert IDS[-1] == IDS[0]
    assert IDS[0]
