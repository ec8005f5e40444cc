"""起案: drafting a post, editing it, and starting a new one from another (a correction, the rest)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from django.db import IntegrityError

from accounts.acts import ActStale, Deed, perform
from accounts.facts import city_facts
from accounts.models import Section, StaffMember
from posts.actions.cases import CaseFile, act
from posts.actions.clearing import void_clearance
from posts.canonical import Content, canonical, digest, parse
from posts.facts import is_continued, target_facts, written_facts
from posts.models import Contribution, Post, Topic, Version
from posts.queries import deliveries_of, drafted_from
from posts.ways import is_left_behind
from rules.calendar import day_of
from rules.facts import Account
from rules.states import MAY_BE_LIVE, OPEN, DeliveryState, PostKind, PostState, Verb
from rules.transitions import Transition


def draft(
    *,
    title: str,
    content: Content,
    declared: bool,
    by: StaffMember,
    now: datetime,
    draft_key: str | None = None,
    corrects: Post | None = None,
    continues: Post | None = None,
) -> Post:
    """起案する. Refuses targets that `by` may not draft for, and targets of several sections.

    `draft_key` numbers the form: one form becomes one post. Raises ActStale with the one that is there already.
    """
    targets = target_facts(content, day_of(now))
    post = Post(
        section_id=targets[0].section if targets else by.section_id,
        title=title,
        kind=content.kind,
        corrects=corrects,
        continues=continues,
        drafter=by,
        drafted_at=now,
        declared_on=_declared_on(declared, now),
        due_at=content.due_at,
        draft_key=draft_key or None,
    )
    return _save_once(post, content, targets, by, now)


def _save_once(
    post: Post, content: Content, targets: tuple[Account, ...], by: StaffMember, now: datetime
) -> Post:
    try:
        return _save_first(post, content, targets, by, now)
    except IntegrityError:
        if known := drafted_from(post.draft_key, by):
            raise ActStale(CaseFile(known, known.versions.get(number=known.version_no))) from None
        raise


def _save_first(
    post: Post, content: Content, targets: tuple[Account, ...], by: StaffMember, now: datetime
) -> Post:
    def write(case: CaseFile, row: Transition) -> Mapping[str, object]:
        case.post.state = row.target or case.post.state
        case.post.save()
        case.version = _add_version(case.post, content, by, now)
        return _payload(case)

    deed = Deed(
        Verb.DRAFT,
        lambda: CaseFile(_with_origin(post), Version()),
        lambda case: replace(
            written_facts(case.post, content, targets),
            corrects_published=_corrects_published(case.post),
            nothing_left_behind=case.post.continues is not None and not _left_behind(case.post.continues),
        ),
        write,
        lambda case: case.post.stream if case.post.pk else f"staff:{by.pk}",
        new=True,
        opens_stream=True,
    )
    return perform(deed, by=by, now=now).post


def _with_origin(post: Post) -> Post:
    """What it goes on with stays as it is until this one is there: nobody mends or continues it meanwhile."""
    if post.continues_id:
        post.continues = Post.objects.select_for_update().get(pk=post.continues_id)
    return post


def edit(
    *, post: Post, title: str, content: Content, declared: bool, by: StaffMember, now: datetime, form_no: int
) -> Post:
    """直す. A changed content makes a new version and voids a clearance; an unchanged one does neither.

    Refuses deciders, frozen text and people without permission; raises ActStale for an old form.
    """

    def write(case: CaseFile, row: Transition) -> Mapping[str, object]:
        if canonical(content) == case.version.canonical:
            case.move_to(None, title=title, **_declaration(case.post, declared, now))
            return {"version": case.version.number, "unchanged": True}
        void_clearance(case.post, now=now)
        case.post.version_no += 1
        case.version = _add_version(case.post, content, by, now)
        case.move_to(
            row.target,
            title=title,
            version_no=case.post.version_no,
            due_at=content.due_at,
            declared_on=_declared_on(declared, now),
            waiting_since=None,
        )
        return _payload(case)

    return act(Verb.EDIT, post, write, by=by, now=now, form_no=form_no, content=content, title=title)


def correction_of(*, post: Post, by: StaffMember, now: datetime) -> Post:
    """訂正する投稿を起案する: a new post, linked to the one that went out, which stays as it is."""
    content = _content_of(post)
    return draft(
        title=f"訂正: {post.title}"[:80],
        content=replace(content, kind=PostKind.CORRECTION, due_at=None, latest_at=None, claim=None),
        declared=False,
        by=by,
        now=now,
        corrects=post,
    )


def rest_of(*, post: Post, by: StaffMember, now: datetime) -> Post:
    """残りを新しい投稿にする: the same content for the social accounts that it neither reached nor can reach.

    What has expired, was rejected or dropped never comes back, and one post is continued by one other only, so
    nothing goes out twice this way. Refuses where nothing is left behind, or another has taken it over.
    """
    content = _content_of(post)
    may_go_out = [*MAY_BE_LIVE, *OPEN]
    reached = set(post.deliveries.filter(state__in=may_go_out).values_list("social_account_id", flat=True))
    rest = tuple(target for target in content.targets if target not in reached)
    return draft(
        title=f"残り: {post.title}"[:80],
        content=replace(content, targets=rest, due_at=None, latest_at=None),
        declared=False,
        by=by,
        now=now,
        corrects=post.corrects,
        continues=post,
    )


def _content_of(post: Post) -> Content:
    return parse(post.versions.get(number=post.version_no).canonical)


def _corrects_published(post: Post) -> bool:
    if post.corrects is None:
        return True
    return post.corrects.deliveries.filter(state=DeliveryState.ACCEPTED).exists()


def _left_behind(post: Post) -> bool:
    """Somewhere it did not go out, it will go nowhere any more, and no other post has taken that over."""
    return is_left_behind(post.state, deliveries_of(post)) and not is_continued(post)


def _add_version(post: Post, content: Content, by: StaffMember, now: datetime) -> Version:
    text = canonical(content)
    version = Version.objects.create(
        post=post, number=post.version_no, canonical=text, digest=digest(text), written_by=by, written_at=now
    )
    Contribution.objects.create(post=post, version=version, staff=by, at=now)
    if content.topic_sections:
        sections = Section.objects.filter(pk__in=content.topic_sections)
        Topic.objects.bulk_create(Topic(version=version, section=section) for section in sections)
    return version


def _declared_on(declared: bool, now: datetime) -> date | None:
    return (city_facts(now).rules_version_on or day_of(now)) if declared else None


def _declaration(post: Post, declared: bool, now: datetime) -> dict[str, date | None]:
    """A cleared post keeps its declaration; a draft's follows the tick in the form."""
    drafting = post.state == PostState.DRAFTING
    return {"declared_on": _declared_on(declared, now)} if drafting else {}


def _payload(case: CaseFile) -> dict[str, object]:
    return {
        "version": case.version.number,
        "digest": case.version.digest,
        "declared_on": str(case.post.declared_on or ""),
    }
