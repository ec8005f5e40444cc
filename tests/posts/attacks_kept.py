"""Statements against what system admins and sections keep that a database must refuse. See `attacks.py`."""

from tests.posts.attacks import attack, kept_for_ever
from tests.posts.raw import SQLITE, copy, replace
from tests.posts.world import World

NEVER = {
    "accounts_adoption": "adopted = NOT adopted",
    "accounts_dutyswitch": "duty = 'approval'",
    "accounts_rulebookversion": "document = 'x'",
    "accounts_regulationtext": "text = 'x'",
    "accounts_wording": "words = 'x'",
    "accounts_handbookreading": "fiscal_year = 2000",
    "posts_topic": "section_id = section_id + 1",
    "posts_sectionconfirmation": "agrees = NOT agrees",
}
for _table in ("accounts_device", "accounts_ledgerentry", *NEVER):
    kept_for_ever(_table, lambda w, table=_table: w.kept.rows[table])
for _table, _change in NEVER.items():
    attack(
        f"{_table} is rewritten",
        "never change",
        lambda w, table=_table, change=_change: (
            f"UPDATE {table} SET {change} WHERE id = {w.kept.rows[table]}"
        ),
    )

attack(
    "device that has ended begins again",
    "has ended",
    lambda w: f"UPDATE accounts_device SET return_reason = '', form_no = 9 WHERE id = {w.kept.ended}",
)
attack(
    "second line of the ledger for one account",
    "exists|unique|duplicate",
    lambda w: copy("accounts_ledgerentry", w.kept.rows["accounts_ledgerentry"]),
)
attack(
    "line of the ledger replaced by its account",
    "exists",
    lambda w: replace("accounts_ledgerentry", w.kept.rows["accounts_ledgerentry"], note="'x'"),
    only=SQLITE,
)
attack(
    "topic named twice",
    "exists|unique|duplicate",
    lambda w: copy("posts_topic", w.kept.rows["posts_topic"]),
)
attack(
    "topic replaced",
    "exists",
    lambda w: replace("posts_topic", w.kept.rows["posts_topic"]),
    only=SQLITE,
)
attack(
    "topic of no section",
    "parent missing|foreign key",
    lambda w: copy("posts_topic", w.kept.rows["posts_topic"], section_id=987654),
)
attack(
    "word of nobody",
    "parent missing|foreign key",
    lambda w: copy("posts_sectionconfirmation", _word(w), said_by_id=987654),
)
attack(
    "word on another post's version",
    "not the version at hand",
    lambda w: copy("posts_sectionconfirmation", _word(w), post_id=w.drafting.pk),
)
attack(
    "second chief on one day",
    "has a chief",
    lambda w: copy("accounts_roleassignment", w.kept.chief, staff_id=w.cast.tanaka.pk),
)
attack(
    "deputy becomes a second chief",
    "has a chief",
    lambda w: f"UPDATE accounts_roleassignment SET role = 'chief' WHERE staff_id = {w.cast.fujimoto.pk}",
)


def _word(w: World) -> int:
    return w.kept.rows["posts_sectionconfirmation"]
