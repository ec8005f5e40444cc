"""Names of events: only what an app registered, and only in the right form."""

import pytest

from audit import events


def test_event_is_known_when_registered():
    events.register("restriction.lifted", "restriction.lifted.refused")
    events.check_known("restriction.lifted")
    assert {"restriction.lifted", "restriction.lifted.refused"} <= events.known()


def test_event_is_refused_when_nobody_registered_it():
    with pytest.raises(events.UnknownEvent, match=r"post\.aproved"):
        events.check_known("post.aproved")


@pytest.mark.parametrize(
    "name",
    ["", "approved", "post.", "Post.approved", "post.approved.later", "post approved", "post.approved\n"],
)
def test_event_name_is_refused_when_it_has_another_form(name):
    with pytest.raises(ValueError, match="form"):
        events.register("post.sound", name)
    assert name not in events.known()


def test_known_names_cannot_be_added_to_from_outside():
    assert isinstance(events.known(), frozenset)
