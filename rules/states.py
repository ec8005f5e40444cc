"""The names of things: states, roles, verbs, grounds. Words of the regulation, no behaviour."""

from enum import StrEnum


class Subject(StrEnum):
    """What a verb acts on."""

    POST = "post"
    DELIVERY = "delivery"
    POLICY = "policy"
    ACCOUNT = "account"
    PERSON = "person"
    RESTRICTION = "restriction"
    HEADQUARTERS = "headquarters"
    CONFIRMATION = "confirmation"
    STANDING = "standing"
    REVIEW = "review"
    ELECTION = "election"
    DAY = "day"
    URGENCY = "urgency"
    SECTION = "section"
    DEVICE = "device"
    LEDGER = "ledger"
    RULEBOOK = "rulebook"


class PostState(StrEnum):
    """Editorial state of a post; published, partly published and failed are derived from deliveries."""

    DRAFTING = "drafting"
    AWAITING_APPROVAL = "awaiting_approval"
    AWAITING_CHECK = "awaiting_check"
    CLEARED = "cleared"
    CANCELLED = "cancelled"


class DeliveryState(StrEnum):
    WAITING = "waiting"
    HELD = "held"
    ARMED = "armed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    DROPPED = "dropped"
    SUPERSEDED = "superseded"


# Once a delivery is in one of these the text may be live, so it is frozen and never sent again as another.
MAY_BE_LIVE = frozenset({DeliveryState.ARMED, DeliveryState.ACCEPTED, DeliveryState.UNKNOWN})
# These can still go out under the clearance they have.
OPEN = frozenset({DeliveryState.WAITING, DeliveryState.HELD})


class WithdrawalState(StrEnum):
    """取消し: the chief has ordered that what went out is deleted; it is gone when the network, or somebody,
    says so."""

    ORDERED = "ordered"
    GONE = "gone"


class PolicyState(StrEnum):
    """State of one policy version; replaced versions stay published and are derived."""

    DRAFTING = "drafting"
    AWAITING_DECISION = "awaiting_decision"
    DECIDED = "decided"
    PUBLISHED = "published"


class AccountState(StrEnum):
    REQUESTED = "requested"
    APPROVED = "approved"
    IN_OPERATION = "in_operation"
    SUSPENDED = "suspended"
    CLOSED = "closed"


class MemberState(StrEnum):
    """People are registered or not; what they may do is in their roles and permissions."""

    REGISTERED = "registered"


class RestrictionState(StrEnum):
    """While one is in force its kind is its state: each kind is ended by another verb."""

    SUSPENSION = "suspension"
    DISASTER_ONLY = "disaster_only"
    FLAMING = "flaming"
    ENDED = "ended"


class HeadquartersState(StrEnum):
    STANDING = "standing"
    DISSOLVED = "dissolved"


class ConfirmationState(StrEnum):
    """What somebody wrote down of the chief's word; the chief ratifies it, or says that it was not so."""

    RECORDED = "recorded"
    RATIFIED = "ratified"
    DENIED = "denied"


class StandingState(StrEnum):
    """包括確認: in force until its last day, or until the chief takes it back."""

    IN_FORCE = "in_force"
    ENDED = "ended"


class ReviewState(StrEnum):
    OPEN = "open"
    DONE = "done"


class SectionState(StrEnum):
    """所属 are registered; an old one stays, with what it owned."""

    REGISTERED = "registered"


class DeviceState(StrEnum):
    """A passkey is made on the machine itself, so there is a time between invitation and enrolment."""

    INVITED = "invited"
    ENROLLED = "enrolled"
    ENDED = "ended"


class DeviceKind(StrEnum):
    """By what a machine proves that it is the city's; what each proves is in docs/decisions."""

    CERTIFICATE = "certificate"
    PASSKEY = "passkey"


class LedgerState(StrEnum):
    """Every social account has a line in the ledger of credentials."""

    KEPT = "kept"


class RulebookState(StrEnum):
    """The city's decisions about a rulebook follow one another; none is taken back, a later one counts."""

    KEPT = "kept"


class MailChoice(StrEnum):
    """How somebody wants their notices mailed; in the product they always stand."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    NEVER = "never"


class Doing(StrEnum):
    """What somebody is at, for the others to know."""

    EDITING = "editing"
    REVIEWING = "reviewing"


class ListState(StrEnum):
    """An entry of a list that the city keeps (elections, days, urgencies)."""

    LISTED = "listed"
    RETIRED = "retired"


class RestrictionKind(StrEnum):
    """Art. 8(1), 8(2), 7(4)."""

    SUSPENSION = "suspension"
    DISASTER_ONLY = "disaster_only"
    FLAMING = "flaming"


class Cause(StrEnum):
    """Art. 8(1): what a suspension is for."""

    DISASTER = "disaster"
    SCANDAL = "scandal"


class Trigger(StrEnum):
    """Art. 8(1): 発生 or 発表."""

    OCCURRED = "occurred"
    ANNOUNCED = "announced"


class Scope(StrEnum):
    """How far a restriction reaches; chosen by who starts it."""

    ACCOUNT = "account"
    SECTION = "section"
    CITY = "city"


class Role(StrEnum):
    CHIEF = "chief"
    DEPUTY = "deputy"
    WEB_ADMIN = "web_admin"
    SYSTEM_ADMIN = "system_admin"
    AUDITOR = "auditor"


class Employment(StrEnum):
    """Mima Art. 2's kinds of staff, and the two that are not staff and may only draft."""

    REGULAR = "regular"
    REAPPOINTED = "reappointed"
    PART_TIME = "part_time"
    FISCAL_YEAR = "fiscal_year"
    SECONDED_OUT = "seconded_out"
    SECONDED_IN = "seconded_in"
    CONTRACTOR = "contractor"
    DESIGNATED_MANAGER = "designated_manager"


NOT_STAFF = frozenset({Employment.CONTRACTOR, Employment.DESIGNATED_MANAGER})


class Ground(StrEnum):
    """Art. 5 (1) to (4): what may go without the chief's approval."""

    PUBLIC = "public"
    FACT = "fact"
    LAW = "law"
    DISASTER = "disaster"


class Basis(StrEnum):
    """発信根拠: what a clearance rests on."""

    APPROVAL = "approval"
    SECOND_CHECK = "second_check"
    WAIVER = "waiver"


class PostKind(StrEnum):
    POST = "post"
    CORRECTION = "correction"
    STATEMENT = "statement"
    REPLY = "reply"


class How(StrEnum):
    """How the chief gave a confirmation."""

    IN_APP = "in_app"
    IN_PERSON = "in_person"
    PHONE = "phone"


class Tick(StrEnum):
    """What the chief ticks on an approval or a release, besides the checker's list."""

    OUT_OF_HOURS = "out_of_hours"
    ELECTION = "election"


class Verb(StrEnum):
    # post
    DRAFT = "draft"
    EDIT = "edit"
    SUBMIT = "submit"
    CLAIM = "claim"
    APPROVE = "approve"
    RETURN = "return"
    SECOND_CHECK = "second_check"
    ESCALATE = "escalate"
    TAKE_BACK = "take_back"
    CANCEL = "cancel"
    SEND_IN_EMERGENCY = "send_in_emergency"
    CONFIRM = "confirm"
    CONFIRM_TOPIC = "confirm_topic"
    HAND_OVER = "hand_over"
    HAND_BACK = "hand_back"
    # delivery
    SEND = "send"
    RELEASE = "release"
    DROP = "drop"
    TAKE = "take"
    REPORT = "report"
    PUT_BACK = "put_back"
    SETTLE_LIVE = "settle_live"
    SETTLE_NOT_LIVE = "settle_not_live"
    SETTLE_AFTER_ALL = "settle_after_all"
    WITHDRAW = "withdraw"
    TELL_GONE = "tell_gone"
    # policy
    WRITE_POLICY = "write_policy"
    ASK_DECISION = "ask_decision"
    DECIDE_POLICY = "decide_policy"
    RETURN_POLICY = "return_policy"
    PUBLISH_POLICY = "publish_policy"
    # social account
    REQUEST_ACCOUNT = "request_account"
    APPROVE_ACCOUNT = "approve_account"
    OPEN_ACCOUNT = "open_account"
    SUSPEND_ACCOUNT = "suspend_account"
    RESUME_ACCOUNT = "resume_account"
    CLOSE_ACCOUNT = "close_account"
    SET_CREDENTIAL = "set_credential"
    MARK_BOARD = "mark_board"
    RECORD_CREDENTIAL = "record_credential"
    ASK_ROTATION = "ask_rotation"
    # person
    REGISTER_PERSON = "register_person"
    GIVE_ROLE = "give_role"
    LET_DRAFT = "let_draft"
    END_ROLE = "end_role"
    STOP_DRAFT = "stop_draft"
    LEAVE = "leave"
    RETURN_PERSON = "return_person"
    NAME_DEPUTY = "name_deputy"
    END_DEPUTY = "end_deputy"
    MOVE_PERSON = "move_person"
    READ_HANDBOOK = "read_handbook"
    # section, device, rulebook
    ADD_SECTION = "add_section"
    CHANGE_SECTION = "change_section"
    ENROL_DEVICE = "enrol_device"
    INVITE_DEVICE = "invite_device"
    JOIN_DEVICE = "join_device"
    HAND_DEVICE = "hand_device"
    ASK_DEVICE_BACK = "ask_device_back"
    END_DEVICE = "end_device"
    ADOPT_RULEBOOK = "adopt_rulebook"
    SWITCH_DUTY = "switch_duty"
    WRITE_RULEBOOK = "write_rulebook"
    # restriction and headquarters
    SUSPEND_POSTING = "suspend_posting"
    LIMIT_TO_DISASTER = "limit_to_disaster"
    START_FLAMING = "start_flaming"
    LIFT = "lift"
    END_LIMIT = "end_limit"
    END_FLAMING = "end_flaming"
    SET_UP_HQ = "set_up_hq"
    DISSOLVE_HQ = "dissolve_hq"
    # the chief's word, and what is looked at afterwards
    RATIFY = "ratify"
    DENY = "deny"
    GIVE_STANDING = "give_standing"
    END_STANDING = "end_standing"
    REVIEW_AFTERWARDS = "review_afterwards"
    # what the city lists
    LIST_ELECTION = "list_election"
    RETIRE_ELECTION = "retire_election"
    SET_DAY = "set_day"
    LIST_URGENCY = "list_urgency"
    RETIRE_URGENCY = "retire_urgency"
