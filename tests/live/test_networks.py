"""The real networks, with a city's own keys: who we are there, and one post that comes, is found and goes again."""

import time
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from outbound.deadline import Deadline
from platforms.base import Adapter, Message, Seen
from platforms.errors import OutcomeUnknown, PlatformError
from platforms.likeness import is_same
from tests.live import keys

CALL_SECONDS = 30
# Networks list a post, or leave it out, a little later.
LISTED_SECONDS = 60
ASKED_AGAIN_SECONDS = 5
CLOCKS_DIFFER = timedelta(minutes=5)


def test_network_says_who_we_are(adapter: Adapter, network: str) -> None:
    assert adapter.profile(deadline=_soon()).handle, network


@pytest.mark.posts
@pytest.mark.timeout(600)
@pytest.mark.skipif(not keys.may_post(), reason="MISSING: leave to publish one test post (LIVE_MAY_POST=1)")
def test_one_post_comes_and_is_found_and_goes_again(adapter: Adapter, network: str) -> None:
    now = datetime.now(UTC)
    since = now - CLOCKS_DIFFER
    text = f"【試験】発信の仕組みを試しています。この投稿はすぐに消します。（{uuid.uuid4().hex[:12]}）"
    names = _published(adapter, Message(text, adapter.new_key(now), now))
    try:
        found = _until(lambda: _alike(adapter, text, since), bool)
        names |= {post.receipt.remote_id for post in found}
        assert len(found) == 1, f"{network}: the test post was found {len(found)} times"
    finally:
        _take_back(adapter, names, text)
    left = _until(lambda: _alike(adapter, text, since), lambda posts: not posts)
    assert not left, f"{network}: STILL THERE: {left[0].receipt.url or left[0].receipt.remote_id}"


def _published(adapter: Adapter, message: Message) -> set[str]:
    """Its name there; none where the network did not say, and then it is found by its text."""
    try:
        return {adapter.publish(message, deadline=_soon()).remote_id}
    except OutcomeUnknown:
        return set()


def _take_back(adapter: Adapter, names: set[str], text: str) -> None:
    """All of them, even where one cannot be; the test post must not stay."""
    failed = []
    for name in sorted(names):
        try:
            adapter.withdraw(name, deadline=_soon())
        except PlatformError as error:
            failed.append(f"{name} ({error})")
    if failed:
        pytest.fail(f"STILL THERE, delete by hand: {', '.join(failed)}", pytrace=False)
    if not names:
        pytest.fail(f"It may be there and was not found, look by hand for: {text}", pytrace=False)


def _alike(adapter: Adapter, text: str, since: datetime) -> Sequence[Seen]:
    return [post for post in adapter.find_recent(since, deadline=_soon()) if is_same(text, post.text)]


def _until(ask: Callable[[], Sequence[Seen]], is_so: Callable[[Sequence[Seen]], bool]) -> Sequence[Seen]:
    """The answer once it is so, or the last one."""
    last = time.monotonic() + LISTED_SECONDS
    while not is_so(answer := ask()) and time.monotonic() < last:
        time.sleep(ASKED_AGAIN_SECONDS)
    return answer


def _soon() -> Deadline:
    return Deadline.after(CALL_SECONDS)
