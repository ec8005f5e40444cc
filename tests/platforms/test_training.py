"""The training adapter under the contract of all adapters."""

from datetime import datetime

import pytest

from platforms.base import Message
from platforms.training import Training
from tests.platforms.contract import NOW, AdapterContract, IdempotentContract, Place, soon


class Board:
    """A timeline in memory: a known key keeps its first text."""

    def __init__(self) -> None:
        self.posts: dict[str, tuple[str, datetime]] = {}

    def publish(self, *, key: str, text: str, at: datetime) -> str:
        self.posts.setdefault(key, (text, at))
        return f"board:{key}"

    def find(self, *, key: str) -> str | None:
        return f"board:{key}" if key in self.posts else None

    def read(self, *, name: str) -> tuple[str, datetime] | None:
        return self.posts.get(name.removeprefix("board:"))


@pytest.fixture
def board() -> Board:
    return Board()


@pytest.fixture
def place(board: Board) -> Place:
    return Place(
        Training("x", board), "x", lambda: [text for text, _ in board.posts.values()], unused="board:none"
    )


class TestTraining(AdapterContract, IdempotentContract):
    """All of it."""


def test_training_post_keeps_its_time_when_it_is_put_up(board: Board) -> None:
    adapter = Training("line", board)
    adapter.publish(Message("訓練", "k", NOW), deadline=soon())
    assert board.posts == {"k": ("訓練", NOW)}


@pytest.mark.parametrize(("network", "limit"), [("x", 280), ("line", 5000), ("bluesky", 300)])
def test_training_counts_like_the_network_it_stands_for(board: Board, network: str, limit: int) -> None:
    assert Training(network, board).counter("訓").limit == limit
