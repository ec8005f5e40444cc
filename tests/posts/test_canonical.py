"""The canonical text: equal contents give equal strings, whatever is written comes back as it was."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posts import canonical
from posts.canonical import Content
from rules.facts import Claim, DisasterReport, LawCitation, PastFact, PublicSource
from rules.states import Ground, PostKind

AT = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
CLAIMS = [
    None,
    Claim(Ground.PUBLIC, PublicSource("広報みま 11月号", date(2026, 11, 1))),
    Claim(Ground.PUBLIC, PublicSource("", None)),
    Claim(Ground.FACT, PastFact("文化祭", date(2026, 11, 3))),
    Claim(Ground.LAW, LawCitation("道路交通法", "第63条の11")),
    Claim(Ground.DISASTER, DisasterReport("避難情報", "徳島県", AT)),
    Claim(Ground.DISASTER, DisasterReport("避難情報", "徳島県", None)),
]

contents = st.builds(
    Content,
    text=st.text(),
    targets=st.lists(st.integers(1, 99), unique=True).map(lambda ids: tuple(sorted(ids))),
    kind=st.sampled_from(PostKind),
    category=st.text(max_size=9),
    category_note=st.text(max_size=9),
    due_at=st.sampled_from([None, AT]),
    latest_at=st.sampled_from([None, AT]),
    claim=st.sampled_from(CLAIMS),
    disaster_related=st.booleans(),
    disaster_information=st.booleans(),
)


@given(contents)
def test_content_comes_back_as_it_was_stored(content: Content) -> None:
    assert canonical.parse(canonical.canonical(content)) == replace(content, variants={})


@given(contents, contents)
def test_strings_are_equal_exactly_when_contents_are(one: Content, other: Content) -> None:
    assert (canonical.canonical(one) == canonical.canonical(other)) == (one == other)


@given(st.text())
def test_text_is_stored_letter_by_letter(text: str) -> None:
    stored = canonical.canonical(Content(text))
    assert canonical.parse(stored).text == text
    assert len(canonical.digest(stored)) == 64


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("a\r\nb", "a\nb"), ("a\rb", "a\nb"), ("a\nb", "a\nb"), ("\r\n\r\n", "\n\n"), (" 　a\t", " 　a\t")],
)
def test_line_ends_become_one_sign_and_nothing_else_changes(typed: str, kept: str) -> None:
    assert canonical.with_line_feeds(typed) == kept


@given(st.text())
def test_line_ends_are_stable(text: str) -> None:
    once = canonical.with_line_feeds(text)
    assert canonical.with_line_feeds(once) == once
    assert once.replace("\n", "") == text.replace("\r", "").replace("\n", "")


def test_order_of_targets_does_not_matter() -> None:
    assert canonical.canonical(Content("a", (3, 1, 2))) == canonical.canonical(Content("a", (1, 2, 3)))


def test_text_of_an_account_counts_only_when_it_differs_and_the_post_goes_there() -> None:
    plain = canonical.canonical(Content("本文", (1, 2)))
    assert canonical.canonical(Content("本文", (1, 2), {1: "本文", 9: "どこにも"})) == plain
    own = Content("本文", (1, 2), {1: "一だけの本文"})
    assert canonical.canonical(own) != plain
    back = canonical.parse(canonical.canonical(own))
    assert (back.text_for(1), back.text_for(2)) == ("一だけの本文", "本文")


@pytest.mark.parametrize("field", ["text", "category", "category_note"])
def test_digest_changes_with_every_letter(field: str) -> None:
    content = Content("本文", (1,), category="観光", category_note="注")
    changed = replace(content, **{field: getattr(content, field) + " "})
    assert canonical.digest(canonical.canonical(changed)) != canonical.digest(canonical.canonical(content))


def test_same_looking_letters_of_other_codes_are_another_text() -> None:
    composed, decomposed = Content("が"), Content("か\u3099")
    assert canonical.canonical(composed) != canonical.canonical(decomposed)


def test_instant_is_stored_the_same_in_whatever_zone_it_was_typed() -> None:
    there = AT.astimezone(ZoneInfo("Asia/Tokyo"))
    assert canonical.canonical(Content("a", due_at=there)) == canonical.canonical(Content("a", due_at=AT))


@pytest.mark.parametrize(
    ("related", "information", "scheme"),
    [(False, False, 1), (True, False, 2), (False, True, 2), (True, True, 2)],
)
def test_scheme_2_is_written_only_for_what_has_to_do_with_a_disaster(
    related: bool, information: bool, scheme: int
) -> None:
    content = Content("a", disaster_related=related, disaster_information=information)
    stored = canonical.canonical(content)
    assert json.loads(stored)["scheme"] == scheme
    assert ("disaster" in json.loads(stored)) == (scheme == 2)
    assert canonical.parse(stored) == content


def test_stored_text_of_scheme_1_keeps_its_digest() -> None:
    """What was approved before scheme 2 existed is the same text now."""
    before = (
        '{"category":"","category_note":"","claim":null,"due_at":null,"kind":"post","latest_at":null,'
        '"media":[],"scheme":1,"targets":[1],"text":"a","variants":{}}'
    )
    assert canonical.canonical(Content("a", (1,))) == before
    assert canonical.parse(before) == Content("a", (1,))


def test_digest_changes_with_each_word_about_a_disaster() -> None:
    plain = Content("a", (1,), disaster_related=True)
    digests = {
        canonical.digest(canonical.canonical(each))
        for each in (
            plain,
            replace(plain, disaster_information=True),
            replace(plain, disaster_related=False),
            replace(plain, disaster_related=False, disaster_information=True),
        )
    }
    assert len(digests) == 4


@pytest.mark.parametrize("scheme", [0, 4, 99])
def test_unknown_scheme_is_an_error(scheme: int) -> None:
    stored = canonical.canonical(Content("a")).replace('"scheme":1', f'"scheme":{scheme}')
    with pytest.raises(ValueError, match=f"unknown scheme {scheme}"):
        canonical.parse(stored)
