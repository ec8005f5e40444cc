"""What every act on a post shares: its lock, its facts, its place in the record."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import F

from accounts.acts import Deed, perform
from accounts.models import StaffMember
from posts.canonical import Content
from posts.facts import post_facts
from posts.models import Delivery, Post, Version
from rules import facts
from rules.calendar import day_of
from rules.facts import Asked
from rules.states import PostState, Verb
from rules.transitions import Transition

NOTHING_ASKED = Asked()
# What an act writes: the locked case and the table's row in, the payload for the record out.
Write = Callable[["CaseFile", Transition], Mapping[str, object]]


@dataclass
class CaseFile:
    """A locked post with its current version, and what is known of it once its facts are gathered."""

    post: Post
    version: Version
    known: facts.Post | None = None

    @property
    def form_no(self) -> int:
        return self.post.form_no

    def move_to(self, state: str | None, **fields: object) -> None:
        """Write the table's target state and whatever goes with it; every save is a new form number."""
        values = {**fields, "form_no": self.post.form_no + 1}
        if state is not None:
            values["state"] = state
        for name, value in values.items():
            setattr(self.post, name, value)
        self.post.save(update_fields=list(values))


def locked(post_id: int) -> CaseFile:
    """The post under lock (SQLite locks the whole database), with its section and current version.

    Whoever waited for the lock while somebody saved a new version finds no row at first (PostgreSQL compares
    the version waited with to the post as it is now) and looks again.
    """
    rows = Version.objects.select_for_update(of=("post",)).select_related("post__section")
    current = rows.filter(post=post_id, number=F("post__version_no"))
    version = current.first() or current.get()
    if version.post.state == PostState.CLEARED:
        _wait_for_arming(post_id)
    return CaseFile(version.post, version)


def _wait_for_arming(post_id: int) -> None:
    """The worker locks deliveries, not posts: what it arms at this moment must be known to the facts below."""
    list(Delivery.objects.select_for_update().filter(post=post_id).order_by("pk").values_list("pk"))


def act(
    verb: Verb,
    post: Post,
    write: Write,
    *,
    by: StaffMember,
    now: datetime,
    form_no: int | None = None,
    asked: Asked = NOTHING_ASKED,
    then: Callable[[CaseFile], None] | None = None,
    content: Content | None = None,
    title: str | None = None,
) -> Post:
    """One act on an existing post; `content` and `title` are what they would become, where that differs.

    Raises ActRefused or ActStale (see `accounts.acts.perform`).
    """

    def gather(case: CaseFile) -> facts.Post:
        known = post_facts(case.post, case.version, on=day_of(now), verb=verb, asked=asked, content=content)
        case.known = known
        return known if title is None else replace(known, title=title)

    deed = Deed(verb, lambda: locked(post.pk), gather, write, lambda case: case.post.stream, then)
    return perform(deed, by=by, now=now, form_no=form_no).post
