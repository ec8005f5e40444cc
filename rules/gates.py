"""Gates for posts and their sending: one small function per duty that can stop an act.

A gate yields every reason it has against the case. Who may act at all is in `who.py`, evidence for
exemptions in `exemptions.py`, what concerns policies and the register in `policy_gates.py`.
"""

from collections.abc import Iterator

from rules.facts import Account, Case, Delivery, Policy, Post, Reason
from rules.gate import Gate
from rules.restraints import Confirmation, Day, Election, Restriction, Review
from rules.states import MAY_BE_LIVE, AccountState, DeliveryState, PostState, Verb
from rules.text import is_blank


def _post(case: Case) -> Post:
    subject = case.subject
    return subject.post if isinstance(subject, Delivery) else subject  # type: ignore[return-value]


def _targets(case: Case) -> tuple[Account, ...]:
    subject = case.subject
    return (subject.account,) if isinstance(subject, Delivery) else _post(case).targets


# --- the social accounts


def check_targets(case: Case) -> Iterator[Reason]:
    """A post goes to at least one social account, and all of them belong to the post's section."""
    if not _targets(case):
        yield Reason(
            "no_account",
            "register",
            "送り先の公式アカウントが選ばれていません。",
            "送り先を1つ以上選んでください。",
        )
    for target in _targets(case):
        if target.section != _post(case).section:
            yield Reason(
                "account_of_other_section",
                "register",
                f"「{target.name}」は、ほかの所属の公式アカウントです。",
                "1つの投稿の送り先は、同じ所属の公式アカウントだけにしてください。",
                target.name,
            )


def check_in_operation(case: Case) -> Iterator[Reason]:
    """mima:2-場面: only social accounts in the register and in operation are posted to."""
    for target in _targets(case):
        if target.state != AccountState.IN_OPERATION:
            yield Reason(
                "not_in_operation",
                "register",
                f"「{target.name}」は運用中ではありません。",
                "所属長が公式アカウント台帳で運用を始めると、投稿できます。",
                target.name,
            )


def check_policy(case: Case) -> Iterator[Reason]:
    """mima:3-1, mima:3-2-公表: the account has a policy decided, effective and published."""
    for target in _targets(case):
        if not target.policy_in_force:
            yield Reason(
                "no_policy_in_force",
                "policy",
                f"「{target.name}」には、公表され適用中の運用方針がありません。",
                "運用方針を定め、所属長が決裁し、市のホームページに公表してください。",
                target.name,
            )


def check_category(case: Case) -> Iterator[Reason]:
    """mima:3-2-ウ: the category is one of the policy's, or the drafter says why it belongs there."""
    post = _post(case)
    if is_blank(post.category):
        yield Reason(
            "category_missing", "category", "投稿の種類が選ばれていません。", "種類を選んでください。"
        )
        return
    for target in _targets(case):
        outside = target.policy_in_force and post.category not in target.policy_categories
        if outside and is_blank(post.category_note):
            yield Reason(
                "category_outside_policy",
                "category",
                f"「{post.category}」は、「{target.name}」の運用方針の発信内容に含まれません。",
                "種類を選び直すか、この公式アカウントから出す理由を書いてください。",
                target.name,
            )


def check_text(case: Case) -> Iterator[Reason]:
    """mima:4-5-正確: there is a text, and it fits the network: nothing is cut off on the way."""
    for target in _targets(case):
        if target.text_empty:
            yield Reason(
                "text_empty",
                "text_limit",
                f"「{target.name}」に出す本文がありません。",
                "本文を書いてください。",
                target.name,
            )
        elif target.text_over > 0:
            yield Reason(
                "text_too_long",
                "text_limit",
                f"「{target.name}」の本文が{target.text_over}字多いです。",
                "本文を短くするか、この公式アカウントだけの本文を書き分けてください。",
                target.name,
            )


# --- the post


def check_schedule(case: Case) -> Iterator[Reason]:
    """A time already past cannot be kept, and the latest sending time comes after the due time."""
    post = _post(case)
    if post.due_at is not None and post.due_at <= case.now:
        yield Reason(
            "due_in_past",
            "clearance",
            "発信する日時を過ぎています。",
            "これからの日時にするか、空欄にして「承認・確認がすみしだい」にしてください。",
        )
    starts_at = post.due_at or case.now
    if post.latest_at is not None and post.latest_at <= starts_at:
        yield Reason(
            "latest_before_due",
            "clearance",
            "「これより遅れたら出さない時刻」が、発信する日時より前です。",
            "発信する日時よりあとにしてください。",
        )


def check_latest(case: Case) -> Iterator[Reason]:
    """What may no longer go out is not cleared: the drafter set the latest sending time."""
    latest_at = _post(case).latest_at
    if latest_at is not None and latest_at <= case.now:
        yield Reason(
            "latest_passed",
            "clearance",
            "「これより遅れたら出さない時刻」を過ぎています。",
            "差し戻して日時を直してもらうか、取り下げてください。",
        )


def check_title(case: Case) -> Iterator[Reason]:
    """A case file has a name, so that people can speak about it."""
    if is_blank(_post(case).title):
        yield Reason(
            "title_missing", "approval", "見出し（庁内用）が書かれていません。", "見出しを書いてください。"
        )


def check_title_kept(case: Case) -> Iterator[Reason]:
    """What was decided on under a name keeps one; a draft may still be without."""
    if _post(case).state == PostState.CLEARED:
        yield from check_title(case)


def check_declared(case: Case) -> Iterator[Reason]:
    """mima:4-柱: the drafter has read the principles, in the version in force."""
    declared_on = _post(case).declared_on
    in_force = case.city.rules_version_on
    if declared_on is None or (in_force is not None and declared_on < in_force):
        yield Reason(
            "not_declared",
            "declaration",
            "発信の基本原則を読んだという印が、いまの規程について付いていません。",
            "基本原則を読み、「守って書きました」に印を付けてください。",
        )


def check_not_decider(case: Case) -> Iterator[Reason]:
    """Whoever has decided on a post no longer writes in it: deciding and writing stay two people's work."""
    if case.actor.id in _post(case).deciders:
        yield Reason(
            "decider_cannot_write",
            "four_eyes",
            "あなたはこの投稿を承認・確認・差戻しした人です。判断した人は、本文に手を入れられません。",
            "直すところを書いて差し戻し、起案した人に直してもらってください。",
        )


def check_not_frozen(case: Case) -> Iterator[Reason]:
    """mima:7-1, mima:4-8: what may be live is not edited; it is corrected by a new, linked post."""
    if any(state in MAY_BE_LIVE for state in _post(case).deliveries):
        yield Reason(
            "text_frozen",
            "correction",
            "この投稿はもう発信したか、発信している途中です。一度出した本文は直せません。",
            "「訂正する投稿を起案する」か「残りを新しい投稿にする」を選んでください。",
        )


def check_origin(case: Case) -> Iterator[Reason]:
    """mima:7-1: a correction is for something that has gone out; before that one simply edits."""
    if not _post(case).corrects_published:
        yield Reason(
            "nothing_to_correct",
            "correction",
            "もとの投稿は、まだどこにも発信していません。",
            "もとの投稿を直すか、取り下げてください。",
        )
    if _post(case).nothing_left_behind:
        yield Reason(
            "nothing_left_behind",
            "correction",
            "もとの投稿に出せずに残った送り先がないか、まだ発信を待つか直すところか、残りがもう新しい投稿になっています。",
            "もとの投稿のページで、送り先ごとの結果を確かめてください。",
        )


def check_corrects(case: Case) -> Iterator[Reason]:
    """mima:7-1: a correction says something else than what went out, to the people who have read that."""
    if _post(case).corrects_nothing:
        yield Reason(
            "correction_unchanged",
            "correction",
            "訂正の本文が、もとの投稿と同じです。同じものが二重に出ます。",
            "何がどう誤っていたかと、正しい内容を書いてください。",
        )
    for name in _post(case).beyond_corrected:
        yield Reason(
            "correction_elsewhere",
            "correction",
            f"もとの投稿は「{name}」に出ていません。",
            "訂正の送り先は、もとの投稿が出た公式アカウントだけにしてください。",
            name,
        )


def check_not_continued(case: Case) -> Iterator[Reason]:
    """What was left of this post goes out as another one; mending this one too would send it twice."""
    if _post(case).continued:
        yield Reason(
            "continued_elsewhere",
            "correction",
            "この投稿の残りは、もう新しい投稿になっています。両方を出すと二重になります。",
            "新しい投稿のほうを直してください。",
        )


_REASON_DUTY: dict[type, str] = {
    Policy: "policy",
    Account: "register",
    Delivery: "resumption",
    Restriction: "resumption",
    Confirmation: "out_of_hours",
    Review: "emergency",
    Day: "out_of_hours",
    Election: "election",
}

_VERB_DUTY = {Verb.RETURN_PERSON: "staff"}


def check_reason_given(case: Case) -> Iterator[Reason]:
    """An act against or after something wants words: they are kept as they were written."""
    if is_blank(case.subject.asked.reason):
        duty = _VERB_DUTY.get(case.verb) or _REASON_DUTY.get(type(case.subject), "approval")
        yield Reason(
            "reason_missing",
            duty,
            "理由が書かれていません。",
            "読む人に伝わるように、理由を書いてください。",
        )


def check_seen(case: Case) -> Iterator[Reason]:
    """mima:5-本文: one decides on what one has seen, by its hash; a newer version asks to be read first."""
    post = _post(case)
    if post.asked.seen_digest != post.digest:
        yield Reason(
            "version_changed",
            "clearance",
            "開いたあとで、本文が新しくなりました。",
            "新しい版との違いを見てから、もう一度決めてください。",
        )


def check_decider_contributed_nothing(case: Case) -> Iterator[Reason]:
    """The approver contributed nothing to any version (市の設定: 5 ただし書's idea, on the approval path)."""
    if case.actor.id in _post(case).contributors:
        yield Reason(
            "approver_contributed",
            "four_eyes",
            "あなたはこの投稿に手を入れています。手を入れた人は承認できません。",
            "ほかの所属長・代決者（いなければ上の所属の長）に承認を頼んでください。",
        )


def check_checker_contributed_nothing(case: Case) -> Iterator[Reason]:
    """mima:5-ただし書: the check is made by a staff member other than anybody who wrote or sends the post."""
    if case.actor.id in _post(case).contributors:
        yield Reason(
            "checker_contributed",
            "second_check",
            "この投稿には、あなたの手が入っています。確認するのは、発信者以外の職員です。",
            "ほかの職員に確認を頼むか、所属長の承認に切り替えてください。",
        )


CHECKLIST = ("same_as_source", "no_misunderstanding", "rights", "public_order")


def check_ticks(case: Case) -> Iterator[Reason]:
    """mima:4-9-カ: the checker has looked at each point of the list; an empty tick is no check."""
    if missing := set(CHECKLIST) - _post(case).asked.ticks:
        yield Reason(
            "checklist_incomplete",
            "public_order",
            f"確認するところのうち、{len(missing)}か所に印がありません。",
            "1つずつ本文と見比べ、すべてに印を付けてください。",
        )


def check_cancellable(case: Case) -> Iterator[Reason]:
    """Cancel while nothing is on its way or unknown, and not everything has already gone out."""
    deliveries = [s for s in _post(case).deliveries if s != DeliveryState.SUPERSEDED]
    if any(s in (DeliveryState.ARMED, DeliveryState.UNKNOWN) for s in deliveries):
        yield Reason(
            "in_flight",
            "clearance",
            "発信している途中か、届いたか分からない公式アカウントがあります。",
            "結果が出るまで待ってください。",
        )
    elif deliveries and all(s == DeliveryState.ACCEPTED for s in deliveries):
        yield Reason(
            "all_published",
            "permanence",
            "すべての公式アカウントに発信しました。出したあとでは取り下げられません。",
            "誤りがあるときは「訂正する投稿を起案する」を選んでください。",
        )


# --- the last instant before sending


def check_clearance(case: Case) -> Iterator[Reason]:
    """mima:5-本文: a live clearance, for exactly this content, stands behind the delivery."""
    delivery = case.subject
    assert isinstance(delivery, Delivery)
    clearance = delivery.post.clearance
    if not delivery.clearance_live or clearance is None:
        yield Reason(
            "no_clearance",
            "clearance",
            "有効な発信根拠がありません。",
            "承認または確認を、もう一度受けてください。",
        )
    elif clearance.digest != delivery.post.digest:
        yield Reason(
            "clearance_for_other_content",
            "clearance",
            "発信根拠の版と、保存されている本文の照合番号が違います。",
            "システム管理者に知らせ、記録を検証してください。",
        )


TARGETS = Gate("targets", "register", check_targets, "送り先")
IN_OPERATION = Gate("in_operation", "register", check_in_operation, "公式アカウントの運用")
POLICY = Gate("policy", "policy", check_policy, "運用方針の公表")
CATEGORY = Gate("category", "category", check_category, "運用方針の発信内容")
TEXT = Gate("text", "text_limit", check_text, "本文の長さ")
SCHEDULE = Gate("schedule", "clearance", check_schedule, "発信する日時")
LATEST = Gate("latest", "clearance", check_latest, "遅れの限度")
TITLE = Gate("title", "approval", check_title, "見出し")
TITLE_KEPT = Gate("title_kept", "approval", check_title_kept, "見出しを残す")
DECLARED = Gate("declared", "declaration", check_declared, "基本原則の確認")
ORIGIN = Gate("origin", "correction", check_origin, "もとの投稿")
CORRECTS = Gate("corrects", "correction", check_corrects, "訂正の中身と送り先")
NOT_CONTINUED = Gate("not_continued", "correction", check_not_continued, "残りは1つの投稿だけ")
NOT_DECIDER = Gate("not_decider", "four_eyes", check_not_decider, "判断した人は書かない")
NOT_FROZEN = Gate("not_frozen", "correction", check_not_frozen, "発信後は直さない")
REASON = Gate("reason", "approval", check_reason_given, "理由")
SEEN = Gate("seen", "clearance", check_seen, "見た版と同じ")
APPROVER_FOUR_EYES = Gate(
    "approver_four_eyes", "four_eyes", check_decider_contributed_nothing, "作った人と別の人"
)
CHECKER_FOUR_EYES = Gate(
    "checker_four_eyes", "second_check", check_checker_contributed_nothing, "発信者以外の職員"
)
TICKS = Gate("ticks", "public_order", check_ticks, "確認するところ")
CANCELLABLE = Gate("cancellable", "clearance", check_cancellable, "取り下げられる")
CLEARANCE = Gate("clearance", "clearance", check_clearance, "発信根拠")
