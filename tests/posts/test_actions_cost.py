"""What a whole case costs the database: draft, submit, approve, and the row of its delivery."""

from unittest.mock import patch

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support.cast import approved, make_account, make_cast

# BEGIN, COMMIT and savepoints are not counted: they carry no data, and each costs far less than a statement.
_NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
MOST = 30


@pytest.mark.django_db
def test_case_from_draft_to_delivery_takes_at_most_thirty_statements() -> None:
    cast = make_cast()
    account = make_account(cast)
    with patch("posts.actions.review.nudge"):
        approved(cast, account)  # what is read once per process is read
        with CaptureQueriesContext(connection) as queries:
            post = approved(cast, account)
    assert post.deliveries.count() == 1
    statements = [query["sql"] for query in queries if not query["sql"].startswith(_NOT_COUNTED)]
    assert len(statements) <= MOST, "\n".join(statements)
