"""What stands around the form in which a policy is written: the preview, the index, the hints, another's values.

Reading and arranging only; the form parses, the actions write.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.facts import approver_people
from accounts.models import SocialAccount
from policies import samples, services
from policies.facts import ITEMS, empty_items
from policies.forms.policy import PolicyForm, Typed, as_text, old_ordinance, typed_of
from policies.judging import Finding, findings_in
from policies.models import REPLY_MODE_JA, PolicyVersion
from policies.queries import next_version, open_version, versions_of
from policies.site.items import items_of, with_news
from rules.states import PolicyState

ANCHORS = ("a", "i", "u", "e", "o", "k", "m")


@dataclass(frozen=True)
class Conflict:
    """A field where the other person's saved text and the one typed here differ."""

    label: str
    theirs: str
    mine: str


@dataclass(frozen=True)
class Entry:
    """One line of the index: done, or something is left to do there."""

    anchor: str
    heading: str
    is_done: bool


def base_of(account: SocialAccount) -> PolicyVersion:
    """The open version, else the next one, not saved; a first one begins with what the register knows."""
    base = open_version(account) or next_version(account)
    if base.number == 1 and not base.pk:
        base.service = services.label_of(account.network)
        for name, value in samples.item_i(account).items():
            setattr(base, name, value)
    return base


def waiting(account: SocialAccount, base: PolicyVersion) -> PolicyVersion | None:
    """A version that is in somebody's hands: the chief's, or decided and not yet published."""
    if base.state == PolicyState.AWAITING_DECISION:
        return base
    return None if base.pk else versions_of(account).filter(state=PolicyState.DECIDED).first()


def content_in(typed: Typed, account: SocialAccount) -> dict[str, Any] | None:
    """The typed content as values; None when something cannot be understood (the forms say what)."""
    form, items = typed.form(account), typed.item_forms()
    if not all([form.is_valid(), *(item.is_valid() for item in items)]):
        return None
    further = [dict(item.cleaned_data) for item in items if item.cleaned_data["heading"]]
    return {**form.cleaned_data, "further_items": further}


def conflicts(current: PolicyVersion, typed: Typed) -> tuple[Conflict, ...]:
    """Where saving would put what was typed in place of what somebody else has saved."""
    theirs = typed_of(current)
    fields = [
        Conflict(str(field.label), _words(name, theirs.values[name]), _words(name, typed.values[name]))
        for name, field in PolicyForm.base_fields.items()
        if theirs.values[name].strip() != typed.values[name].strip()
    ]
    if list(theirs.items) != list(typed.items):
        fields.append(Conflict("そのほかの項目", _headings(theirs), _headings(typed)))
    return tuple(fields)


def deciders_of(account: SocialAccount, on: date) -> str:
    people = approver_people([account.section_id], on).get(account.section_id, ())
    return "、".join(person.name for person in people)


def shown(
    account: SocialAccount, typed: Typed, current: PolicyVersion | None, shows_errors: bool
) -> dict[str, Any]:
    """The forms, and everything that is made from what stands in them at this moment."""
    bound, bound_items = typed.form(account), typed.item_forms()
    draft = _draft(account, bound, bound_items)
    found = findings_in(draft, _ordinance_in(typed))
    items = items_of(draft)
    entries = _index(draft, found)
    return {
        "form": bound if shows_errors else PolicyForm(initial=dict(typed.values), account=account),
        "item_forms": bound_items,
        "findings": found,
        "items": with_news(items, items_of(current)) if current else items,
        "index": entries,
        "done": sum(entry.is_done for entry in entries),
    }


def _draft(account: SocialAccount, form: PolicyForm, items: Sequence[Any]) -> PolicyVersion:
    """The policy as far as what is typed can be understood."""
    form.full_clean()
    values = {name: value for name, value in form.cleaned_data.items() if value is not None}
    further = [dict(item.cleaned_data) for item in items if item.is_valid() and item.cleaned_data["heading"]]
    return PolicyVersion(social_account=account, further_items=further, **values)


def _index(draft: PolicyVersion, found: Sequence[Finding]) -> list[Entry]:
    empty = [words.split("（")[0] for words in empty_items(draft)]
    troubled = {finding.anchor for finding in found if finding.severity in ("block", "confirm")}
    return [
        Entry(anchor, heading, heading not in empty and anchor not in troubled)
        for anchor, (heading, _) in zip(ANCHORS, ITEMS, strict=True)
    ]


def _ordinance_in(typed: Typed) -> str:
    texts = (*typed.values.values(), *(text for item in typed.items for text in item.values()))
    return next((found for text in texts if (found := old_ordinance(text))), "")


def _words(name: str, value: str) -> str:
    return str(REPLY_MODE_JA.get(value, value)) if name == "reply_mode" else as_text(value)


def _headings(typed: Typed) -> str:
    return "\n".join(f"{item['heading']}: {item['body']}" for item in typed.items)
