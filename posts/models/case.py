"""The case file: a post, its versions, who wrote in them, and what was decided."""

from django.db import models
from django.db.models import Q

from accounts.models import Section, StaffMember
from rules.states import PostKind, PostState, Verb

OWN_OFFICE, AS_CHECKER = "所属長として", "確認者として"
DECISION_VERBS = (Verb.APPROVE, Verb.RETURN, Verb.SECOND_CHECK, Verb.ESCALATE)


class Post(models.Model):
    """投稿: the case file. Its text lives in versions; `version_no` names the current one."""

    section = models.ForeignKey(Section, models.PROTECT, related_name="posts")
    title = models.CharField("見出し（庁内用）", max_length=80)
    kind = models.CharField(max_length=16, choices=[(k, k) for k in PostKind], default=PostKind.POST)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="corrections")
    continues = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="continuations")
    state = models.CharField(max_length=20, choices=[(s, s) for s in PostState], default=PostState.DRAFTING)
    version_no = models.PositiveIntegerField("現在の版", default=1)
    form_no = models.PositiveIntegerField(default=1)
    drafter = models.ForeignKey(StaffMember, models.PROTECT, related_name="drafted_posts")
    handed_to = models.ForeignKey(
        StaffMember, models.PROTECT, null=True, blank=True, related_name="taken_over_posts"
    )
    drafted_at = models.DateTimeField()
    draft_key = models.CharField("起案の画面の番号", max_length=32, null=True, blank=True)
    declared_on = models.DateField("守ると確かめた基本原則の版", null=True, blank=True)
    waiting_since = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField("発信する日時", null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(PostState)), name="post_state_known"),
            models.CheckConstraint(
                condition=~Q(kind=PostKind.CORRECTION) | Q(corrects__isnull=False),
                name="correction_names_its_post",
            ),
            models.UniqueConstraint(fields=["drafter", "draft_key"], name="form_becomes_one_post"),
            models.UniqueConstraint(
                fields=["continues"], condition=~Q(state=PostState.CANCELLED), name="post_continued_once"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[PostState.AWAITING_APPROVAL, PostState.AWAITING_CHECK])
                | Q(waiting_since__isnull=False),
                name="waiting_post_says_since_when",
            ),
        ]
        indexes = [
            models.Index(
                fields=["section", "due_at", "id"],
                condition=Q(state=PostState.AWAITING_APPROVAL),
                name="post_awaiting_approval",
            ),
            models.Index(
                fields=["due_at", "id"],
                condition=Q(state=PostState.AWAITING_CHECK),
                name="post_awaiting_check",
            ),
            models.Index(fields=["section", "-id"], name="post_of_section"),
            models.Index(fields=["drafter", "-id"], name="post_of_drafter"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def number(self) -> str:
        """起案番号: 2026-0412."""
        return f"{self.drafted_at.year}-{self.pk:04d}"

    @property
    def owner(self) -> StaffMember:
        """担当: the drafter, or whoever took the post over."""
        return self.handed_to or self.drafter

    @property
    def stream(self) -> str:
        """The case file's name in the record."""
        return f"post:{self.pk}"


class Version(models.Model):
    """版: immutable. `canonical` is the text that is hashed, as stored; see `canonical.py`."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    canonical = models.TextField()
    digest = models.CharField(max_length=64)
    written_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "number"], name="version_number_once")]
        ordering = ["post", "number"]

    def __str__(self) -> str:
        return f"第{self.number}版"


class Topic(models.Model):
    """所管: a section whose field a version is about. Append-only; the canonical text says the same."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="topics")
    section = models.ForeignKey(Section, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "section"], name="topic_once")]

    def __str__(self) -> str:
        return f"{self.section} {self.version}"


class Contribution(models.Model):
    """Who touched which version; whoever did, decides nothing about the post."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="contributions")
    version = models.ForeignKey(Version, models.PROTECT, related_name="contributions")
    staff = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "staff"], name="contribution_once")]

    def __str__(self) -> str:
        return f"{self.staff} {self.version}"


class Decision(models.Model):
    """承認・差戻し・確認・回付 on one version. Append-only. `authority` says in words by what right (代決 with
    its period and ground); `as_chief`: by the chief, not by a deputy. `named` are the suspensions that an approval
    names, `consulted` the people with whom it was talked over."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="decisions")
    version = models.ForeignKey(Version, models.PROTECT, related_name="decisions")
    verb = models.CharField(max_length=16, choices=[(v, v) for v in DECISION_VERBS])
    by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    office = models.CharField("どの立場で", max_length=120)
    reason = models.TextField(blank=True)
    ticks = models.JSONField(default=list, blank=True)
    authority = models.CharField("どの権限で", max_length=200, blank=True)
    as_chief = models.BooleanField(default=False)
    named = models.JSONField(default=list, blank=True)
    consulted = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(verb__in=list(DECISION_VERBS)), name="decision_verb_known"),
            models.CheckConstraint(
                condition=~Q(verb__in=[Verb.RETURN, Verb.ESCALATE]) | ~Q(reason=""), name="return_says_why"
            ),
        ]
        ordering = ["post", "id"]

    def __str__(self) -> str:
        return f"{self.verb} {self.version}"

    @property
    def shows_authority(self) -> bool:
        """Worth saying where it is not what everybody expects: a deputy's, or the section above."""
        return self.authority not in ("", OWN_OFFICE, AS_CHECKER)
