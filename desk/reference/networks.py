"""The networks as the program knows them: how they count, and what can be done there. For people to read."""

from datetime import timedelta

from accounts.connections import by_themselves
from platforms.base import Capabilities
from platforms.counting import NETWORKS, Network
from platforms.pages import WITHOUT_PAGES

HEAD = """# Networks

What each network counts and what the program can do there, from `platforms/`. Every network has 手作業 (people
bring posts out) and 訓練 besides. Limits are facts of November 2026; none of them is read from a server.

- **sends**: by itself (自動で発信), else only by hand.
- **again**: for how long an unknown outcome may simply be sent again under its key. "never": it is looked for.
- **looks**: how a post is looked for: by its key, or by its text among the account's newest posts.
- **reads**: whether the program looks again at what stands there after it went out.
- **deletes**: whether the program deletes a post there when the chief orders it. Nothing is ever edited.

| network | limit | sends | again | looks | reads | deletes | page of a post |
|---|---|---|---|---|---|---|---|
"""


def networks() -> str:
    able = by_themselves()
    return HEAD + "".join(_row(key, network, able.get(key)) for key, network in NETWORKS.items())


def _row(key: str, network: Network, able: Capabilities | None) -> str:
    limits = "; ".join(f"{limit.maximum:,}{limit.unit_ja}{_note(limit.note_ja)}" for limit in network.limits)
    page = "none" if key in WITHOUT_PAGES else "yes"
    told = " | ".join(_told(able) if able else ["—"] * 4)
    return f"| {network.name_ja} | {limits} | {_yes(able is not None)} | {told} | {page} |\n"


def _told(able: Capabilities) -> list[str]:
    return [_again(able), _looks(able), _yes(able.reads), _yes(able.withdraws)]


def _note(words: str) -> str:
    return f"（{words}）" if words else ""


def _again(able: Capabilities) -> str:
    if not able.idempotent:
        return "never"
    return "always" if able.key_lives is None else _for(able.key_lives)


def _for(while_: timedelta) -> str:
    hours, minutes = divmod(int(while_.total_seconds()) // 60, 60)
    return f"{hours} h" if not minutes else f"{hours * 60 + minutes} min"


def _looks(able: Capabilities) -> str:
    return "by its key" if able.finds else "by its text" if able.reads_back else "a person does"


def _yes(so: bool) -> str:
    return "yes" if so else "no"
