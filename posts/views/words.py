"""What a page that has the panel 所属長の確認 (templates/posts/_confirm.html) needs around it."""

from datetime import datetime
from typing import Any

from accounts.models import StaffMember
from posts.confirming import confirming_of
from posts.forms_emergency import DenyForm, WordForm
from posts.models import Post, Version


def confirm_panel(
    post: Post,
    version: Version,
    by: StaffMember,
    *,
    now: datetime,
    back: str = "post_detail",
    typed: WordForm | None = None,
    denied: tuple[int, DenyForm] | None = None,
) -> dict[str, Any]:
    """The context of the panel. `back` is the URL name (of a post) that the forms lead back to; `typed` and
    `denied` (with the word's id) are forms that came back."""
    confirming = confirming_of(post, version, by, now=now)
    return {
        "confirming": confirming,
        "word_form": typed or WordForm(people=confirming.people, by=by.pk, now=now),
        "deny_form": denied[1] if denied else DenyForm(auto_id="deny_%s"),
        "denied": denied[0] if denied else 0,
        "confirm_back": back,
    }
