"""THE TABLE: every act there is. Nothing changes state but by a row of it.

Columns: verb, subject, sources, target, who, gates, duty, the record's event, and in whose hands it is next.
"""

from dataclasses import dataclass

from rules import by_hand_gates as hand
from rules import gates as g
from rules import keepers, who
from rules import people_gates as people
from rules import policy_gates as pg
from rules import registered_gates as reg
from rules import restraint_gates as rg
from rules import restricting_gates as restricting
from rules import settling_gates as settling
from rules import topic_gates as topic
from rules import withdrawing_gates as withdrawing
from rules.exemptions import check_claim
from rules.gate import Gate
from rules.office import Who
from rules.states import (
    AccountState,
    ConfirmationState,
    DeliveryState,
    DeviceState,
    HeadquartersState,
    LedgerState,
    ListState,
    MemberState,
    PolicyState,
    PostState,
    RestrictionState,
    ReviewState,
    RulebookState,
    SectionState,
    StandingState,
    Subject,
    Verb,
)

NOTHING = ""  # the state of what does not exist yet


@dataclass(frozen=True)
class Transition:
    """One row. `target` None means that the state stays; `next_hand` is who acts next, for the screens."""

    verb: Verb
    subject: Subject
    sources: frozenset[str]
    target: str | None
    who: Who
    gates: tuple[Gate, ...]
    duty: str
    event: str
    label: str
    next_hand: str = ""


def _row(
    verb: Verb,
    subject: Subject,
    sources: tuple[str, ...],
    target: str | None,
    who: Who,
    *gates: Gate,
    **rest: str,
) -> Transition:
    return Transition(verb, subject, frozenset(sources), target, who, gates, **rest)


P, D, L, A = PostState, DeliveryState, PolicyState, AccountState
R, H, C, V = RestrictionState, HeadquartersState, ConfirmationState, ReviewState
_CONTENT = (g.TITLE, g.TARGETS, g.TEXT, g.CATEGORY, g.SCHEDULE, g.DECLARED, g.CORRECTS)
_CLAIM = Gate("claim", "exemption", check_claim, "承認省略の根拠")
_ACCOUNTS = (g.IN_OPERATION, g.POLICY)
_CLEARING = (g.SEEN, *_ACCOUNTS, g.CATEGORY, g.TEXT, g.LATEST, topic.EMBARGO, topic.OWNING_SECTION)
# In the order of the decision table: 8(2), 8(1), 7(4).
_RESTRICTIONS = (rg.LIMITED, rg.SUSPENDED, rg.FLAMING)
# What stands against giving somebody a role, whoever gives it.
_PART = (
    people.ABLE,
    people.STAFF_ONLY,
    people.SCOPE,
    people.ORDER,
    people.PERIOD,
    people.ONE_CHIEF,
    people.NOT_OWN_DEPUTY,
)
_STARTING = (restricting.SCOPE, restricting.CAUSE, restricting.NOT_COVERED)

# fmt: off
TABLE: tuple[Transition, ...] = (
    _row(Verb.DRAFT, Subject.POST, (NOTHING,), P.DRAFTING, who.MAY_DRAFT, g.TARGETS, g.ORIGIN,
         duty="staff", event="post.drafted", label="起案する", next_hand="contributor"),
    _row(Verb.EDIT, Subject.POST, (P.DRAFTING, P.CLEARED), P.DRAFTING, who.MAY_DRAFT,
         g.TITLE_KEPT, g.TARGETS, g.NOT_DECIDER, g.NOT_FROZEN, g.NOT_CONTINUED,
         duty="clearance", event="post.edited", label="直す", next_hand="contributor"),
    _row(Verb.SUBMIT, Subject.POST, (P.DRAFTING,), P.AWAITING_APPROVAL, who.CONTRIBUTOR,
         rg.DEVICE, *_RESTRICTIONS, g.SEEN, *_CONTENT, topic.EMBARGO, *_ACCOUNTS,
         duty="approval", event="post.submitted", label="承認を頼む", next_hand="approver"),
    _row(Verb.CLAIM, Subject.POST, (P.DRAFTING,), P.AWAITING_CHECK, who.STAFF_CONTRIBUTOR,
         rg.DEVICE, *_RESTRICTIONS, g.SEEN, *_CONTENT, topic.EMBARGO, *_ACCOUNTS, rg.STATEMENT, rg.ELECTION, _CLAIM,
         duty="exemption", event="post.exemption_claimed", label="確認に回す", next_hand="checker"),
    _row(Verb.SEND_IN_EMERGENCY, Subject.POST, (P.DRAFTING,), P.CLEARED, who.STAFF_CONTRIBUTOR,
         rg.DEVICE, *_RESTRICTIONS, g.SEEN, *_CONTENT, topic.EMBARGO, *_ACCOUNTS, rg.STATEMENT, rg.ELECTION, _CLAIM,
         rg.URGENCY, rg.NOW, rg.HOURS,
         duty="emergency", event="post.sent_in_emergency", label="緊急発信する", next_hand="worker"),
    _row(Verb.CONFIRM, Subject.POST, (P.DRAFTING, P.AWAITING_CHECK, P.CLEARED), None, who.RECORDER,
         rg.DEVICE, g.SEEN, restricting.WORD,
         duty="out_of_hours", event="post.confirmed", label="所属長の確認を記録する"),
    _row(Verb.APPROVE, Subject.POST, (P.AWAITING_APPROVAL,), P.CLEARED, who.APPROVER,
         rg.DEVICE, *_RESTRICTIONS, g.APPROVER_FOUR_EYES, *_CLEARING, rg.CONSULTED, rg.ELECTION, rg.HOURS,
         duty="approval", event="post.approved", label="承認する", next_hand="worker"),
    _row(Verb.RETURN, Subject.POST, (P.AWAITING_APPROVAL,), P.DRAFTING, who.APPROVER,
         g.APPROVER_FOUR_EYES, g.REASON, g.SEEN,
         duty="approval", event="post.returned", label="差し戻す", next_hand="contributor"),
    _row(Verb.SECOND_CHECK, Subject.POST, (P.AWAITING_CHECK,), P.CLEARED, who.CHECKER,
         rg.DEVICE, *_RESTRICTIONS, g.CHECKER_FOUR_EYES, g.TICKS, _CLAIM, *_CLEARING, rg.ELECTION, rg.HOURS,
         duty="second_check", event="post.second_checked", label="確認した", next_hand="worker"),
    _row(Verb.RETURN, Subject.POST, (P.AWAITING_CHECK,), P.DRAFTING, who.CHECKER,
         g.CHECKER_FOUR_EYES, g.REASON, g.SEEN,
         duty="second_check", event="post.returned", label="差し戻す", next_hand="contributor"),
    _row(Verb.ESCALATE, Subject.POST, (P.AWAITING_CHECK,), P.AWAITING_APPROVAL, who.CHECKER,
         g.CHECKER_FOUR_EYES, g.REASON, g.SEEN,
         duty="approval", event="post.escalated", label="所属長に判断を頼む", next_hand="approver"),
    _row(Verb.TAKE_BACK, Subject.POST, (P.AWAITING_APPROVAL, P.AWAITING_CHECK), P.DRAFTING, who.CONTRIBUTOR,
         duty="approval", event="post.taken_back", label="引き戻す", next_hand="contributor"),
    _row(Verb.CANCEL, Subject.POST, (P.DRAFTING, P.AWAITING_APPROVAL, P.AWAITING_CHECK, P.CLEARED), P.CANCELLED,
         who.CONTRIBUTOR_OR_APPROVER, g.CANCELLABLE, g.REASON,
         duty="approval", event="post.cancelled", label="取り下げる"),
    _row(Verb.HAND_BACK, Subject.POST, (P.CLEARED,), P.DRAFTING, who.APPROVER,
         g.APPROVER_FOUR_EYES, g.REASON, g.NOT_FROZEN, g.NOT_CONTINUED,
         duty="resumption", event="post.handed_back", label="直しに戻す", next_hand="contributor"),
    _row(Verb.CONFIRM_TOPIC, Subject.POST, (P.DRAFTING, P.AWAITING_APPROVAL, P.AWAITING_CHECK), None,
         keepers.TOPIC_RECORDER, rg.DEVICE, g.SEEN, topic.TOPIC_WORD, topic.SAYS_WHAT_IS_WRONG,
         duty="owning_section", event="post.topic_confirmed", label="所管課の確認を記録する"),
    _row(Verb.HAND_OVER, Subject.POST, (P.DRAFTING, P.AWAITING_APPROVAL, P.AWAITING_CHECK, P.CLEARED), None,
         keepers.HANDER, topic.SUCCESSOR,
         duty="staff", event="post.handed_over", label="引き継ぐ", next_hand="owner"),
    _row(Verb.SEND, Subject.DELIVERY, (D.WAITING, D.HELD, D.UNKNOWN), D.ARMED, who.WORKER,
         *_RESTRICTIONS, rg.RELEASED, g.CLEARANCE, *_ACCOUNTS, g.CATEGORY, topic.EMBARGO,
         topic.OWNING_SECTION, rg.ELECTION, rg.HOURS, rg.LATE,
         duty="clearance", event="delivery.armed", label="発信する", next_hand="worker"),
    _row(Verb.RELEASE, Subject.DELIVERY, (D.HELD,), D.WAITING, who.APPROVER,
         rg.DEVICE, *_RESTRICTIONS, restricting.RELEASER, g.CLEARANCE, *_ACCOUNTS, g.CATEGORY, topic.EMBARGO,
         topic.OWNING_SECTION, rg.ELECTION, rg.HOURS, g.LATEST,
         duty="resumption", event="delivery.released", label="出す", next_hand="worker"),
    _row(Verb.DROP, Subject.DELIVERY, (D.HELD,), D.DROPPED, who.APPROVER, g.REASON,
         duty="resumption", event="delivery.dropped", label="やめる"),
    _row(Verb.TAKE, Subject.DELIVERY, (D.WAITING, D.HELD), D.ARMED, hand.SENDER,
         rg.DEVICE, *_RESTRICTIONS, hand.BY_HAND, hand.DUE, rg.RELEASED, g.CLEARANCE, *_ACCOUNTS, g.CATEGORY,
         topic.EMBARGO, topic.OWNING_SECTION, rg.ELECTION, rg.HOURS, rg.LATE,
         duty="clearance", event="delivery.taken", label="引き受けて出す"),
    _row(Verb.REPORT, Subject.DELIVERY, (D.ARMED,), D.ACCEPTED, hand.TAKER,
         settling.ADDRESS, hand.PAGE,
         duty="settling", event="delivery.reported", label="出したと記録する"),
    _row(Verb.PUT_BACK, Subject.DELIVERY, (D.ARMED,), D.WAITING, hand.TAKER, g.REASON,
         duty="settling", event="delivery.put_back", label="出さずに戻す"),
    _row(Verb.SETTLE_LIVE, Subject.DELIVERY, (D.UNKNOWN,), D.ACCEPTED, who.SETTLER,
         settling.SAW, settling.ADDRESS, hand.PAGE, settling.AT_REST,
         duty="settling", event="delivery.settled_live", label="届いていると記録する"),
    _row(Verb.SETTLE_NOT_LIVE, Subject.DELIVERY, (D.UNKNOWN,), D.EXPIRED, who.SETTLER,
         settling.SAW, settling.AT_REST,
         duty="settling", event="delivery.settled_not_live", label="届いていないと記録する"),
    _row(Verb.SETTLE_AFTER_ALL, Subject.DELIVERY, (D.EXPIRED,), D.ACCEPTED, who.SETTLER,
         settling.SAW, settling.ADDRESS, hand.PAGE, settling.WAS_TAKEN, settling.NOT_GONE_ON,
         duty="settling", event="delivery.settled_after_all", label="やはり届いていたと記録する"),
    _row(Verb.WITHDRAW, Subject.DELIVERY, (D.ACCEPTED,), None, who.APPROVER,
         rg.DEVICE, g.REASON, withdrawing.NOT_ORDERED, withdrawing.CHIEF_IN_THE_STORM,
         duty="correction", event="delivery.withdrawal_ordered", label="取り消す", next_hand="contributor"),
    _row(Verb.TELL_GONE, Subject.DELIVERY, (D.ACCEPTED,), None, who.SETTLER, withdrawing.ORDERED, settling.SAW,
         duty="settling", event="delivery.told_deleted", label="消したと記録する"),
    _row(Verb.WRITE_POLICY, Subject.POLICY, (NOTHING, L.DRAFTING), L.DRAFTING, who.POLICY_WRITER,
         duty="policy", event="policy.written", label="運用方針を書く", next_hand="policy_writer"),
    _row(Verb.ASK_DECISION, Subject.POLICY, (L.DRAFTING,), L.AWAITING_DECISION, who.POLICY_WRITER,
         pg.POLICY_ITEMS, pg.LIKE_REGISTER, pg.EFFECTIVE_ON, pg.SEND_ONLY,
         duty="policy_items", event="policy.decision_asked", label="決裁を頼む", next_hand="section_chief"),
    _row(Verb.DECIDE_POLICY, Subject.POLICY, (L.AWAITING_DECISION,), L.DECIDED, who.SECTION_CHIEF,
         pg.POLICY_ITEMS, pg.LIKE_REGISTER, pg.EFFECTIVE_ON, pg.SEND_ONLY,
         duty="policy", event="policy.decided", label="決裁する", next_hand="web_admin"),
    _row(Verb.RETURN_POLICY, Subject.POLICY, (L.AWAITING_DECISION,), L.DRAFTING, who.SECTION_CHIEF, g.REASON,
         duty="policy", event="policy.returned", label="差し戻す", next_hand="policy_writer"),
    _row(Verb.PUBLISH_POLICY, Subject.POLICY, (L.DECIDED, L.PUBLISHED), L.PUBLISHED, who.WEB_ADMIN,
         duty="policy_publication", event="policy.published", label="公表する"),
    _row(Verb.REQUEST_ACCOUNT, Subject.ACCOUNT, (NOTHING,), A.REQUESTED, who.POLICY_WRITER,
         duty="register", event="account.requested", label="開設を申し出る", next_hand="section_chief"),
    _row(Verb.APPROVE_ACCOUNT, Subject.ACCOUNT, (A.REQUESTED,), A.APPROVED, who.SECTION_CHIEF, pg.RESEARCH,
         duty="register", event="account.approved", label="開設を認める", next_hand="policy_writer"),
    _row(Verb.OPEN_ACCOUNT, Subject.ACCOUNT, (A.APPROVED,), A.IN_OPERATION, who.SECTION_CHIEF, pg.ACCOUNT_POLICY,
         duty="policy", event="account.opened", label="運用を始める"),
    _row(Verb.SUSPEND_ACCOUNT, Subject.ACCOUNT, (A.IN_OPERATION,), A.SUSPENDED, who.SECTION_CHIEF, g.REASON,
         duty="register", event="account.suspended", label="休止する"),
    _row(Verb.RESUME_ACCOUNT, Subject.ACCOUNT, (A.SUSPENDED,), A.IN_OPERATION, who.SECTION_CHIEF, pg.ACCOUNT_POLICY,
         duty="policy", event="account.resumed", label="再開する"),
    _row(Verb.CLOSE_ACCOUNT, Subject.ACCOUNT, (A.REQUESTED, A.APPROVED, A.IN_OPERATION, A.SUSPENDED), A.CLOSED,
         who.SECTION_CHIEF, g.REASON,
         duty="register", event="account.closed", label="運用を終える"),
    _row(Verb.SET_CREDENTIAL, Subject.ACCOUNT, (A.REQUESTED, A.APPROVED, A.IN_OPERATION, A.SUSPENDED), None,
         who.SYSTEM_ADMIN,
         duty="credentials", event="account.credential_set", label="接続を設定する"),
    _row(Verb.MARK_BOARD, Subject.ACCOUNT, (A.REQUESTED, A.APPROVED, A.IN_OPERATION, A.SUSPENDED), None,
         who.SECTION_CHIEF, rg.DEVICE,
         duty="election", event="account.board_set", label="選挙管理委員会の公式アカウントとする"),
    _row(Verb.SUSPEND_POSTING, Subject.RESTRICTION, (NOTHING,), R.SUSPENSION, who.RESTRAINER, *_STARTING,
         duty="suspension", event="restriction.suspended", label="投稿を止める", next_hand="section_chief"),
    _row(Verb.START_FLAMING, Subject.RESTRICTION, (NOTHING,), R.FLAMING, who.RESTRAINER, *_STARTING,
         duty="flaming_report", event="restriction.flaming_reported", label="炎上対応を始める",
         next_hand="section_chief"),
    _row(Verb.LIMIT_TO_DISASTER, Subject.RESTRICTION, (NOTHING,), R.DISASTER_ONLY, who.LIFTER,
         rg.DEVICE, *_STARTING, restricting.HQ_STANDS,
         duty="disaster_only", event="restriction.limited", label="防災情報だけに絞る", next_hand="section_chief"),
    _row(Verb.LIFT, Subject.RESTRICTION, (R.SUSPENSION,), R.ENDED, who.LIFTER,
         rg.DEVICE, g.REASON, restricting.CONSULTATION, restricting.NOT_LIMITED,
         duty="resumption", event="restriction.lifted", label="再開を記録する", next_hand="approver"),
    _row(Verb.END_LIMIT, Subject.RESTRICTION, (R.DISASTER_ONLY,), R.ENDED, who.LIFTER, rg.DEVICE, g.REASON,
         duty="disaster_only", event="restriction.limit_ended", label="防災情報限定を終える", next_hand="approver"),
    _row(Verb.END_FLAMING, Subject.RESTRICTION, (R.FLAMING,), R.ENDED, who.FLAMING_ENDER, rg.DEVICE, g.REASON,
         duty="flaming", event="restriction.flaming_ended", label="炎上対応を終える", next_hand="approver"),
    _row(Verb.SET_UP_HQ, Subject.HEADQUARTERS, (NOTHING,), H.STANDING, who.SOME_APPROVER,
         restricting.NO_OTHER_HQ, restricting.SET_UP,
         duty="disaster_only", event="headquarters.recorded", label="災害対策本部の設置を記録する"),
    _row(Verb.DISSOLVE_HQ, Subject.HEADQUARTERS, (H.STANDING,), H.DISSOLVED, who.SOME_APPROVER,
         rg.DEVICE, restricting.DISSOLVED,
         duty="disaster_only", event="headquarters.dissolved", label="災害対策本部の廃止を記録する"),
    _row(Verb.RATIFY, Subject.CONFIRMATION, (C.RECORDED,), C.RATIFIED, who.RATIFIER,
         rg.DEVICE, restricting.NOT_OWN_RECORD,
         duty="out_of_hours", event="confirmation.ratified", label="追認する"),
    _row(Verb.DENY, Subject.CONFIRMATION, (C.RECORDED,), C.DENIED, who.RATIFIER, g.REASON,
         duty="out_of_hours", event="confirmation.denied", label="確認していないと記録する"),
    _row(Verb.GIVE_STANDING, Subject.STANDING, (NOTHING,), StandingState.IN_FORCE, who.STANDING_GIVER,
         rg.DEVICE, restricting.STANDING,
         duty="out_of_hours", event="standing.given", label="包括確認を出す"),
    _row(Verb.END_STANDING, Subject.STANDING, (StandingState.IN_FORCE,), StandingState.ENDED, who.STANDING_GIVER,
         duty="out_of_hours", event="standing.ended", label="包括確認を取り消す"),
    _row(Verb.REVIEW_AFTERWARDS, Subject.REVIEW, (V.OPEN,), V.DONE, who.APPROVER,
         rg.DEVICE, restricting.REVIEWER, g.REASON,
         duty="emergency", event="review.finished", label="あとの確認を記録する"),
    _row(Verb.LIST_ELECTION, Subject.ELECTION, (NOTHING, ListState.LISTED), ListState.LISTED, who.LIST_KEEPER,
         rg.DEVICE, restricting.ELECTION,
         duty="election", event="election.listed", label="選挙を登録する"),
    _row(Verb.RETIRE_ELECTION, Subject.ELECTION, (ListState.LISTED,), ListState.RETIRED, who.LIST_KEEPER,
         rg.DEVICE, g.REASON,
         duty="election", event="election.retired", label="選挙の登録を取り消す"),
    _row(Verb.SET_DAY, Subject.DAY, (NOTHING, ListState.LISTED), ListState.LISTED, who.LIST_KEEPER, rg.DEVICE, g.REASON,
         duty="out_of_hours", event="day.changed", label="休みの日を直す"),
    _row(Verb.LIST_URGENCY, Subject.URGENCY, (NOTHING,), ListState.LISTED, who.LIST_KEEPER,
         rg.DEVICE, restricting.URGENCY,
         duty="emergency", event="urgency.listed", label="急ぐ事情を加える"),
    _row(Verb.RETIRE_URGENCY, Subject.URGENCY, (ListState.LISTED,), ListState.RETIRED, who.LIST_KEEPER,
         duty="emergency", event="urgency.retired", label="急ぐ事情を外す"),
    _row(Verb.REGISTER_PERSON, Subject.PERSON, (NOTHING,), MemberState.REGISTERED, who.SYSTEM_ADMIN, rg.DEVICE,
         duty="staff", event="person.registered", label="職員を登録する"),
    _row(Verb.GIVE_ROLE, Subject.PERSON, (MemberState.REGISTERED,), None, who.SYSTEM_ADMIN,
         rg.DEVICE, *_PART,
         duty="staff", event="person.role_given", label="役割を割り当てる"),
    _row(Verb.LET_DRAFT, Subject.PERSON, (MemberState.REGISTERED,), None, who.SYSTEM_ADMIN, rg.DEVICE, people.ABLE,
         duty="staff", event="person.let_draft", label="起案の権限を渡す"),
    _row(Verb.END_ROLE, Subject.PERSON, (MemberState.REGISTERED,), None, who.SYSTEM_ADMIN,
         people.HELD, people.PERIOD, people.NOT_LAST_ADMIN,
         duty="staff", event="person.role_ended", label="役割を終える"),
    _row(Verb.STOP_DRAFT, Subject.PERSON, (MemberState.REGISTERED,), None, who.SYSTEM_ADMIN, people.HELD,
         duty="staff", event="person.draft_stopped", label="起案の権限を外す"),
    _row(Verb.LEAVE, Subject.PERSON, (MemberState.REGISTERED,), None, who.SYSTEM_ADMIN,
         people.STILL_HERE, people.NOT_LAST_ADMIN,
         duty="staff", event="person.departed", label="退職・異動の扱いにする"),
    _row(Verb.RETURN_PERSON, Subject.PERSON, (MemberState.REGISTERED,), None, who.SYSTEM_ADMIN, rg.DEVICE,
         people.GONE, g.REASON,
         duty="staff", event="person.returned", label="復職・登録し直し"),
    _row(Verb.NAME_DEPUTY, Subject.PERSON, (MemberState.REGISTERED,), None, keepers.DEPUTY_NAMER,
         rg.DEVICE, *_PART, g.REASON,
         duty="approval", event="person.deputy_named", label="代決者を決める", next_hand="person"),
    _row(Verb.END_DEPUTY, Subject.PERSON, (MemberState.REGISTERED,), None, keepers.DEPUTY_NAMER, people.HELD,
         duty="approval", event="person.deputy_ended", label="代決を終える", next_hand="person"),
    _row(Verb.MOVE_PERSON, Subject.PERSON, (MemberState.REGISTERED,), None, who.SYSTEM_ADMIN, rg.DEVICE,
         people.STILL_HERE,
         duty="staff", event="person.moved", label="所属と職を変える", next_hand="person"),
    _row(Verb.READ_HANDBOOK, Subject.PERSON, (MemberState.REGISTERED,), None, keepers.ONESELF, people.NOT_READ_YET,
         duty="handbook", event="person.handbook_read", label="手引きを読んだと記録する"),
    _row(Verb.ADD_SECTION, Subject.SECTION, (NOTHING,), SectionState.REGISTERED, keepers.KEEPER,
         reg.SECTION_NAME, reg.NOT_CIRCULAR,
         duty="staff", event="section.added", label="所属を加える"),
    _row(Verb.CHANGE_SECTION, Subject.SECTION, (SectionState.REGISTERED,), None, keepers.KEEPER,
         reg.SECTION_NAME, reg.NOT_CIRCULAR,
         duty="staff", event="section.changed", label="所属を直す"),
    _row(Verb.RECORD_CREDENTIAL, Subject.LEDGER, (LedgerState.KEPT,), None, keepers.LEDGER_KEEPER, reg.LEDGER,
         duty="credentials", event="ledger.recorded", label="認証情報の台帳に書く"),
    _row(Verb.ASK_ROTATION, Subject.LEDGER, (LedgerState.KEPT,), None, keepers.LEDGER_KEEPER, g.REASON,
         duty="credentials", event="ledger.rotation_asked", label="認証情報の変更を頼む", next_hand="ledger_keeper"),
    _row(Verb.ENROL_DEVICE, Subject.DEVICE, (NOTHING,), DeviceState.ENROLLED, keepers.KEEPER,
         rg.DEVICE, reg.DEVICE_KEY,
         duty="device", event="device.enrolled", label="端末を登録する"),
    _row(Verb.INVITE_DEVICE, Subject.DEVICE, (NOTHING, DeviceState.INVITED), DeviceState.INVITED, keepers.KEEPER,
         rg.DEVICE, reg.DEVICE_KEY,
         duty="device", event="device.invited", label="登録の番号を出す"),
    _row(Verb.JOIN_DEVICE, Subject.DEVICE, (DeviceState.INVITED,), DeviceState.ENROLLED, keepers.JOINER,
         reg.CODE, reg.STAYS_PUT, reg.DEVICE_KEY,
         duty="device", event="device.joined", label="この端末を登録する"),
    _row(Verb.HAND_DEVICE, Subject.DEVICE, (DeviceState.ENROLLED,), None, keepers.KEEPER,
         rg.DEVICE, reg.DEVICE_KEY,
         duty="device", event="device.handed_on", label="使う人を変える"),
    _row(Verb.ASK_DEVICE_BACK, Subject.DEVICE, (DeviceState.ENROLLED,), None, keepers.KEEPER, g.REASON,
         duty="device", event="device.asked_back", label="返却を求める"),
    _row(Verb.END_DEVICE, Subject.DEVICE, (DeviceState.INVITED, DeviceState.ENROLLED), DeviceState.ENDED,
         keepers.KEEPER, g.REASON,
         duty="device", event="device.ended", label="端末の登録を終える"),
    _row(Verb.ADOPT_RULEBOOK, Subject.RULEBOOK, (NOTHING,), RulebookState.KEPT, keepers.KEEPER,
         rg.DEVICE, reg.KNOWN_RULEBOOK, reg.EFFECTIVE_ON, reg.NOT_LAST, g.REASON,
         duty="rule_versions", event="rulebook.adopted", label="規程の採用を決める"),
    _row(Verb.SWITCH_DUTY, Subject.RULEBOOK, (NOTHING,), RulebookState.KEPT, keepers.KEEPER,
         rg.DEVICE, reg.KNOWN_RULEBOOK, reg.EFFECTIVE_ON, reg.SWITCHABLE, g.REASON,
         duty="rule_versions", event="rulebook.duty_switched", label="決まりを切り替える"),
    _row(Verb.WRITE_RULEBOOK, Subject.RULEBOOK, (NOTHING,), RulebookState.KEPT, keepers.KEEPER,
         rg.DEVICE, reg.DOCUMENT, reg.EFFECTIVE_ON, g.REASON,
         duty="rule_versions", event="rulebook.written", label="市の規程を登録する"),
)
# fmt: on


# What follows sending is not decided but learnt: from the network's answer, the clock, or another act.
LEARNT: tuple[tuple[DeliveryState, DeliveryState, str], ...] = (
    (D.ARMED, D.ACCEPTED, "届いた"),
    (D.ARMED, D.REJECTED, "断られた"),
    (D.ARMED, D.UNKNOWN, "分からない"),
    (D.ARMED, D.WAITING, "送れなかった"),
    (D.UNKNOWN, D.ACCEPTED, "届いていた"),
    (D.UNKNOWN, D.EXPIRED, "出ていなかった"),
    (D.WAITING, D.HELD, "止められた"),
    (D.WAITING, D.EXPIRED, "時刻を過ぎた"),
    (D.HELD, D.EXPIRED, "時刻を過ぎた"),
    (D.WAITING, D.DROPPED, "取り下げられた"),
    (D.HELD, D.DROPPED, "取り下げられた"),
    (D.WAITING, D.SUPERSEDED, "直された"),
    (D.HELD, D.SUPERSEDED, "直された"),
)


def row_for(subject: Subject, verb: Verb, state: str) -> Transition | None:
    """The row that leads from `state` by `verb`; None when there is none (sources of a verb never overlap)."""
    for row in TABLE:
        if row.subject == subject and row.verb == verb and state in row.sources:
            return row
    return None


def rows_of(subject: Subject, verb: Verb) -> tuple[Transition, ...]:
    return tuple(row for row in TABLE if row.subject == subject and row.verb == verb)


def asks_office(verb: Verb) -> bool:
    """Whether judging this verb looks at anybody's office."""
    return any(row.who.asks_office for row in TABLE if row.verb == verb)


def asks_drafting(verb: Verb) -> bool:
    """Whether judging this verb looks at drafting permissions."""
    return any(row.who.asks_drafting for row in TABLE if row.verb == verb)


def events() -> frozenset[str]:
    """Every name that an act may leave in the record."""
    return frozenset(row.event for row in TABLE)


# Whose act leaves a thing in the same hands: nobody else has to be told of it.
_SAME_HANDS = {
    "contributor": {who.MAY_DRAFT, who.CONTRIBUTOR, who.STAFF_CONTRIBUTOR},
    "policy_writer": {who.POLICY_WRITER},
}


def handed_by(event: str) -> Transition | None:
    """The row of THE TABLE by which a thing came into somebody else's hands; None for every other event."""
    for row in TABLE:
        if row.event == event and row.next_hand and row.who not in _SAME_HANDS.get(row.next_hand, ()):
            return row
    return None
