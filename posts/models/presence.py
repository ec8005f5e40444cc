"""Who is at a post right now: somebody who edits it, somebody who has said that they look at it. Stops nobody."""

from django.db import models
from django.db.models import Q

from accounts.models import StaffMember
from posts.models.case import Post
from rules.states import Doing


class Presence(models.Model):
    """「直しています」 is noted by the composer, 「わたしが見ます」 by a button; both end by themselves."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="presences")
    staff = models.ForeignKey(StaffMember, models.CASCADE, related_name="+")
    doing = models.CharField(max_length=16, choices=[(d, d) for d in Doing])
    since = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "staff", "doing"], name="presence_once"),
            models.UniqueConstraint(
                fields=["post"], condition=Q(doing=Doing.REVIEWING), name="one_reviewer_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff} {self.doing} {self.post}"
