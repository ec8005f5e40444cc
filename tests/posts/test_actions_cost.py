"""What a whole case costs the database: draft, submit, approve, and the row of its delivery."""

from unittest.mock import patch

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import SocialAccount
from posts import canonical
from posts.actions import drafting, review
from posts.models import Post
from tests.support.cast import NOW, Cast, content_for, make_account, make_cast

# BEGIN, COMMIT and savepoints are not counted: they carry no data.
_NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
MOST = 31


def whole_case(cast: Cast, account: SocialAccount) -> Post:
    """As the screens do it, which know the digest from the page that was read."""
    content = content_for(account)
    seen = canonical.digest(canonical.canonical(content))
    post = drafting.draft(title="あかりの夕べ", content=content, declared=True, by=cast.sato, now=NOW)
    review.submit(post=post, seen_digest=seen, by=cast.sato, now=NOW)
    return review.approve(post=post, seen_digest=seen, by=cast.suzuki, now=NOW)


@pytest.mark.django_db
def test_case_from_draft_to_delivery_takes_few_statements() -> None:
    cast = make_cast()
    account = make_account(cast)
    with patch("posts.actions.review.nudge"):
        whole_case(cast, account)  # what is read once per process is read
        with CaptureQueriesContext(connection) as queries:
            post = whole_case(cast, account)
    assert post.deliveries.count() == 1
    # PostgreSQL's own cursors do not tell what they asked by a kept plan.
    statements = [(query["sql"] or "by a kept plan").strip() for query in queries]
    counted = [sql for sql in statements if sql and not sql.startswith(_NOT_COUNTED)]
    assert len(counted) <= MOST, "\n".join(counted)
