"""People, the register and what belongs to both: facts and what a database can enforce.

Who may do what is decided in `rules/`; writing is done in `actions/`.
"""

from accounts.models.devices import DEVICE_KIND_JA, DEVICE_STATE_JA, Device
from accounts.models.handbook import HandbookReading
from accounts.models.ledger import LedgerEntry
from accounts.models.notices import MAIL_CHOICE_JA, Notice, NoticeChoice, NoticeSweep
from accounts.models.people import (
    EMPLOYMENT_JA,
    ROLE_JA,
    RoleAssignment,
    RoleAssignmentQuerySet,
    Section,
    StaffMember,
    office,
    with_title,
)
from accounts.models.register import (
    ACCOUNT_STATE_JA,
    CONNECTION_JA,
    ConnectionCheck,
    Credential,
    SocialAccount,
    TrainingPost,
)
from accounts.models.rulebooks import Adoption, DutySwitch, RegulationText, RulebookVersion, Wording

__all__ = [
    "ACCOUNT_STATE_JA",
    "CONNECTION_JA",
    "DEVICE_KIND_JA",
    "DEVICE_STATE_JA",
    "EMPLOYMENT_JA",
    "MAIL_CHOICE_JA",
    "ROLE_JA",
    "Adoption",
    "ConnectionCheck",
    "Credential",
    "Device",
    "DutySwitch",
    "HandbookReading",
    "LedgerEntry",
    "Notice",
    "NoticeChoice",
    "NoticeSweep",
    "RegulationText",
    "RoleAssignment",
    "RoleAssignmentQuerySet",
    "RulebookVersion",
    "Section",
    "SocialAccount",
    "StaffMember",
    "TrainingPost",
    "Wording",
    "office",
    "with_title",
]
