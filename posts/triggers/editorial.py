"""What the database refuses about a post, its versions, its people and its clearances."""

from audit.triggers import append_only, kept, refuse
from posts.triggers.parts import MAY_BE_LIVE, alone, at_hand, changed, decided, moves, one_only, parents
from rules.states import Subject

VERSIONS = [
    *append_only("posts_version", keys=[("post_id", "number")]),
    alone("posts_version"),
    parents("posts_version", written_by_id="accounts_staffmember"),
    refuse(
        "posts_version_in_turn",
        table="posts_version",
        on="INSERT",
        when=(
            "NOT EXISTS (SELECT 1 FROM posts_post p WHERE p.id = NEW.post_id"
            " AND NEW.number IN (p.version_no, p.version_no + 1))"
        ),
        message="posts_version: not the next version of a post",
    ),
    refuse(
        "posts_version_frozen",
        table="posts_version",
        on="INSERT",
        when=(
            "EXISTS (SELECT 1 FROM posts_delivery y"
            f" WHERE y.post_id = NEW.post_id AND y.state IN {MAY_BE_LIVE})"
        ),
        message="posts_version: the text has gone out",
    ),
]
PEOPLE = [
    *append_only("posts_contribution", keys=[("version_id", "staff_id")]),
    alone("posts_contribution"),
    parents("posts_contribution", staff_id="accounts_staffmember"),
    refuse(
        "posts_contribution_same_post",
        table="posts_contribution",
        on="INSERT",
        when=(
            "NOT EXISTS (SELECT 1 FROM posts_version v"
            " WHERE v.id = NEW.version_id AND v.post_id = NEW.post_id)"
        ),
        message="posts_contribution: version of another post",
    ),
    refuse(
        "posts_contribution_by_decider",
        table="posts_contribution",
        on="INSERT",
        when="EXISTS (SELECT 1 FROM posts_decision d WHERE d.post_id = NEW.post_id AND d.by_id = NEW.staff_id)",
        message="posts_contribution: whoever decided does not write",
    ),
    *append_only("posts_decision"),
    alone("posts_decision"),
    parents("posts_decision", by_id="accounts_staffmember"),
    at_hand("posts_decision"),
    refuse(
        "posts_decision_by_contributor",
        table="posts_decision",
        on="INSERT",
        when="EXISTS (SELECT 1 FROM posts_contribution k WHERE k.post_id = NEW.post_id AND k.staff_id = NEW.by_id)",
        message="posts_decision: whoever wrote does not decide",
    ),
]
CLEARANCES = [
    *kept("posts_clearance", keys=[("decision_id",)]),
    alone("posts_clearance"),
    alone("posts_clearance", on="UPDATE"),
    at_hand("posts_clearance"),
    refuse(
        "posts_clearance_rests_on_decision",
        table="posts_clearance",
        on="INSERT",
        when=(
            "NEW.voided_at IS NOT NULL OR (NEW.basis <> 'waiver' AND NOT EXISTS (SELECT 1 FROM posts_decision d"
            " JOIN posts_version v ON v.id = d.version_id WHERE d.id = NEW.decision_id"
            " AND d.version_id = NEW.version_id AND v.digest = NEW.digest"
            " AND ((d.verb = 'approve' AND NEW.basis = 'approval')"
            " OR (d.verb = 'second_check' AND NEW.basis = 'second_check'))))"
            " OR (NEW.basis = 'waiver' AND NOT EXISTS (SELECT 1 FROM posts_waiver w"
            " JOIN posts_version v ON v.id = w.version_id WHERE w.id = NEW.waiver_id"
            " AND w.version_id = NEW.version_id AND v.digest = NEW.digest))"
        ),
        message="posts_clearance: no such decision on this version",
    ),
    one_only(
        "posts_clearance_one_live",
        "posts_clearance",
        "o.post_id = NEW.post_id AND o.voided_at IS NULL",
        "another one is live",
    ),
    refuse(
        "posts_clearance_voided_once",
        table="posts_clearance",
        on="UPDATE",
        when=(
            "OLD.voided_at IS NOT NULL OR NEW.voided_at IS NULL OR "
            + changed("id", "post_id", "version_id", "basis", "digest", "cleared_at")
            + " OR COALESCE(NEW.decision_id, 0) <> COALESCE(OLD.decision_id, 0)"
            " OR COALESCE(NEW.waiver_id, 0) <> COALESCE(OLD.waiver_id, 0)"
            + " OR EXISTS (SELECT 1 FROM posts_delivery y"
            " WHERE y.clearance_id = OLD.id AND y.state IN ('waiting', 'held', 'armed', 'unknown'))"
        ),
        message="posts_clearance: only voided, once, with nothing left to go out",
    ),
]


POSTS = [
    *kept("posts_post", keys=[("drafter_id", "draft_key")]),
    parents(
        "posts_post",
        section_id="accounts_section",
        drafter_id="accounts_staffmember",
        corrects_id="posts_post",
        continues_id="posts_post",
    ),
    refuse(
        "posts_post_starts",
        table="posts_post",
        on="INSERT",
        when="NEW.state <> 'drafting' OR NEW.version_no <> 1",
        message="posts_post: it starts as a draft",
    ),
    one_only(
        "posts_post_continued_once",
        "posts_post",
        "o.continues_id = NEW.continues_id AND o.state <> 'cancelled'",
        "another one goes on with it",
    ),
    refuse(
        "posts_post_fixed",
        table="posts_post",
        on="UPDATE",
        when=(
            changed("id", "section_id", "kind", "drafter_id", "drafted_at")
            + " OR COALESCE(NEW.corrects_id, 0) <> COALESCE(OLD.corrects_id, 0)"
            " OR COALESCE(NEW.continues_id, 0) <> COALESCE(OLD.continues_id, 0)"
            " OR COALESCE(NEW.draft_key, '') <> COALESCE(OLD.draft_key, '')"
        ),
        message="posts_post: whose it is and what it follows is fixed",
    ),
    moves("posts_post", decided(Subject.POST)),
    refuse(
        "posts_post_cleared",
        table="posts_post",
        on="UPDATE",
        when=(
            "NEW.state <> OLD.state AND 'cleared' IN (NEW.state, OLD.state) AND (NEW.state = 'cleared')"
            " <> EXISTS (SELECT 1 FROM posts_clearance c WHERE c.post_id = OLD.id AND c.voided_at IS NULL)"
        ),
        message="posts_post: cleared exactly while a clearance is live",
    ),
    refuse(
        "posts_post_text_frozen",
        table="posts_post",
        on="UPDATE",
        when=(
            "NEW.version_no <> OLD.version_no AND (NEW.version_no <> OLD.version_no + 1"
            " OR NOT EXISTS (SELECT 1 FROM posts_version v"
            " WHERE v.post_id = OLD.id AND v.number = NEW.version_no)"
            " OR EXISTS (SELECT 1 FROM posts_clearance c WHERE c.post_id = OLD.id AND c.voided_at IS NULL)"
            f" OR EXISTS (SELECT 1 FROM posts_delivery y WHERE y.post_id = OLD.id AND y.state IN {MAY_BE_LIVE}))"
        ),
        message="posts_post: the text is cleared or has gone out",
    ),
]
