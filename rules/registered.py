"""Facts about what a system admin keeps: sections, devices, the city's decisions about its rulebooks.

Small frozen pictures, gathered elsewhere. What stands in the way of an act on them is in `registered_gates.py`.
"""

from dataclasses import dataclass, field
from datetime import date

from rules.asked import Asked, Person
from rules.states import DeviceState, LedgerState, RulebookState, SectionState


@dataclass(frozen=True)
class Section:
    """所属 as it would be after the act. `above` are the names of the sections over it, from the nearest up, as far as
    they can be followed; `circular` that it would stand above itself, `name_taken` that another has the name."""

    id: int
    name: str
    above: tuple[str, ...] = ()
    circular: bool = False
    name_taken: bool = False
    state: SectionState = SectionState.REGISTERED
    asked: Asked = field(default_factory=Asked)

    @property
    def rulebooks(self) -> tuple[str, ...]:
        return ()


@dataclass(frozen=True)
class Device:
    """登録端末, or what is to become one. `known_as` is the name of the device in use that has the same key,
    `name_taken` says that one has the same name. `copied` tells that a passkey can leave the machine (it is
    backup-eligible), `expired` that the certificate is over. `code_fits` says whether the one-time code is the one
    given out, and still good. `holder` may be nobody: then everybody of the section shares it."""

    id: int
    name: str
    state: DeviceState = DeviceState.INVITED
    known_as: str = ""
    name_taken: bool = False
    copied: bool = False
    expired: bool = False
    code_fits: bool = True
    holder: int | None = None
    section: int = 0
    asked: Asked = field(default_factory=Asked)

    @property
    def rulebooks(self) -> tuple[str, ...]:
        return ()


@dataclass(frozen=True)
class LedgerLine:
    """認証情報の台帳: the line of one social account, as it would be after the act. `holder_able` says that whoever
    holds it is staff who is here; `recovery_of_city` that the address for recovery is one of the city's own."""

    id: int
    name: str
    section: int
    holder: int | None = None
    holder_able: bool = True
    changed_on: date | None = None
    recovery: str = ""
    recovery_of_city: bool = True
    approvers: tuple[Person, ...] = ()
    books: tuple[str, ...] = ()
    state: LedgerState = LedgerState.KEPT
    asked: Asked = field(default_factory=Asked)

    @property
    def rulebooks(self) -> tuple[str, ...]:
        return self.books


@dataclass(frozen=True)
class RulebookChange:
    """One decision of the city about a rulebook, from `effective_on` on. `fault` is what is wrong with a document, ""
    for a good one; `duty` is switched; `core` says that the duty is one that no city may switch off; `last` that the
    city would stand under no rulebook; `known` that there is such a rulebook."""

    rulebook: str
    effective_on: date | None
    known: bool = True
    duty: str = ""
    on: bool = True
    core: bool = False
    unchanged: bool = False
    last: bool = False
    fault: str = ""
    state: RulebookState = RulebookState.KEPT
    asked: Asked = field(default_factory=Asked)

    @property
    def rulebooks(self) -> tuple[str, ...]:
        """The city's: whether a decision may be made is not for the rulebook to say that it is about."""
        return ()
