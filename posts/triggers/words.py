"""What the database refuses about waivers, the chief's word, reviews afterwards and releases by name."""

from audit.triggers import append_only, kept, refuse
from posts.triggers.parts import alone, at_hand, changed, parents

WORDS = [
    *append_only("posts_waiver"),
    alone("posts_waiver"),
    parents("posts_waiver", by_id="accounts_staffmember", urgency_id="policies_urgency"),
    at_hand("posts_waiver"),
    *kept("posts_chiefconfirmation"),
    parents(
        "posts_chiefconfirmation", chief_id="accounts_staffmember", recorded_by_id="accounts_staffmember"
    ),
    at_hand("posts_chiefconfirmation"),
    refuse(
        "posts_chiefconfirmation_settled_once",
        table="posts_chiefconfirmation",
        on="UPDATE",
        when=(
            "OLD.state <> 'recorded' OR NEW.state = 'recorded' OR "
            + changed(
                *("id", "post_id", "version_id", "chief_id", "how"),
                *("confirmed_at", "words", "recorded_by_id", "recorded_at"),
            )
        ),
        message="posts_chiefconfirmation: settled once, never rewritten",
    ),
    *kept("posts_afterwardsreview", keys=[("clearance_id",)]),
    parents("posts_afterwardsreview", clearance_id="posts_clearance"),
    refuse(
        "posts_afterwardsreview_done_once",
        table="posts_afterwardsreview",
        on="UPDATE",
        when="OLD.done_at IS NOT NULL OR " + changed("id", "clearance_id", "due_at"),
        message="posts_afterwardsreview: done once",
    ),
    *append_only("posts_topic", keys=[("version_id", "section_id")]),
    parents("posts_topic", version_id="posts_version", section_id="accounts_section"),
    *append_only("posts_sectionconfirmation"),
    parents(
        "posts_sectionconfirmation",
        section_id="accounts_section",
        said_by_id="accounts_staffmember",
        recorded_by_id="accounts_staffmember",
    ),
    at_hand("posts_sectionconfirmation"),
    *append_only("posts_release"),
    parents("posts_release", delivery_id="posts_delivery", by_id="accounts_staffmember"),
    refuse(
        "posts_release_of_held",
        table="posts_release",
        on="INSERT",
        when=(
            "NOT EXISTS (SELECT 1 FROM posts_delivery y WHERE y.id = NEW.delivery_id AND y.state = 'held')"
        ),
        message="posts_release: nothing is held there",
    ),
]
