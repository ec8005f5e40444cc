"""Gates for sections, registered devices and the city's decisions about its rulebooks.

They hold under every rulebook, so their duty is one that none switches off; what they cite is the reason's own.
"""

from collections.abc import Iterator
from typing import TypeVar

from rules.facts import Case, Reason
from rules.gate import Gate
from rules.registered import Device, LedgerLine, RulebookChange, Section
from rules.text import is_blank

T = TypeVar("T")


def _subject(case: Case, kind: type[T]) -> T:
    assert isinstance(case.subject, kind)
    return case.subject


# --- sections


def check_section_name(case: Case) -> Iterator[Reason]:
    section = _subject(case, Section)
    if is_blank(section.name):
        yield Reason("name_missing", "staff", "所属の名称が空です。", "名称を書いてください。")
    if section.name_taken:
        yield Reason(
            "section_name_taken",
            "staff",
            f"「{section.name}」という所属は、もうあります。",
            "名称を変えるか、いまある所属を使ってください。",
        )


def check_not_circular(case: Case) -> Iterator[Reason]:
    """Sections form a tree: who stands above a section never stands below it."""
    section = _subject(case, Section)
    if section.circular:
        way = " → ".join((section.name, *section.above))
        yield Reason(
            "section_circular",
            "staff",
            f"所属の上下が、ひとまわりしてしまいます（{way}）。",
            "上の所属を選び直してください。",
        )


# --- devices


def check_device_key(case: Case) -> Iterator[Reason]:
    """mima:9-2: one machine is registered once, under one name, by a key that is good today."""
    device = _subject(case, Device)
    if is_blank(device.name):
        yield _device(
            "name_missing", "端末の名前が空です。", "備品番号など、見分けられる名前を書いてください。"
        )
    if device.name_taken:
        yield _device(
            "device_name_taken",
            f"「{device.name}」という端末は、もう登録されています。",
            "名前を変えるか、古い登録を終えてください。",
        )
    if device.known_as:
        yield _device(
            "device_enrolled_twice",
            f"この端末は、もう「{device.known_as}」として登録されています。",
            "2回登録する必要はありません。使う人が替わるときは引継ぎを記録してください。",
        )
    if device.expired:
        yield _device(
            "certificate_expired",
            "証明書の期限が過ぎているか、まだ始まっていません。",
            "新しい証明書を発行して、登録し直してください。",
        )


def check_stays_put(case: Case) -> Iterator[Reason]:
    """mima:9-2: a passkey that can be copied to another machine says nothing about this one."""
    if _subject(case, Device).copied:
        yield _device(
            "passkey_can_be_copied",
            "このパスキーは、ほかの端末に写せる種類のものです。この端末の証明になりません。",
            "端末の中だけに残るパスキーか、証明書を使ってください。",
        )


def check_code(case: Case) -> Iterator[Reason]:
    """mima:9-2: a passkey is made only on the machine to which the system admin took the code."""
    if not _subject(case, Device).code_fits:
        yield _device(
            "code_wrong_or_over",
            "登録の番号が違うか、期限が過ぎています。",
            "システム管理者に、新しい番号を出してもらってください。",
        )


def _device(code: str, sentence: str, step: str) -> Reason:
    return Reason(code, "device", sentence, step)


# --- the ledger of credentials


def check_ledger(case: Case) -> Iterator[Reason]:
    """mima:3-3-認証, mima:3-3-不正アクセス: somebody holds it, and it is recovered at an address of the city's."""
    line = _subject(case, LedgerLine)
    if line.holder is None or not line.holder_able:
        yield _ledger(
            "holder_missing",
            "管理する職員が、選ばれていないか、いまはいません。",
            "市の職員を選んでください。",
        )
    if line.changed_on is None or line.changed_on > case.on:
        yield _ledger(
            "change_date_wrong",
            "最後に変えた日が、空か、まだ来ていない日です。",
            "パスワードなどを実際に変えた日を書いてください。",
        )
    if line.recovery and not line.recovery_of_city:
        yield _ledger(
            "recovery_not_of_city",
            "復旧用のメールアドレスが、市のものではありません。",
            "個人のものを外し、市のアドレスに変えてから記録してください。",
        )


def _ledger(code: str, sentence: str, step: str) -> Reason:
    return Reason(code, "credentials", sentence, step)


# --- rulebooks


def check_known_rulebook(case: Case) -> Iterator[Reason]:
    if not _subject(case, RulebookChange).known:
        yield _rulebook("rulebook_unknown", "その規程は登録されていません。", "規程を選び直してください。")


def check_document(case: Case) -> Iterator[Reason]:
    """A rulebook that cannot be read would leave the social accounts under it without rules."""
    if fault := _subject(case, RulebookChange).fault:
        yield _rulebook("rulebook_faulty", fault, "直してから、もう一度保存してください。")


def check_effective_on(case: Case) -> Iterator[Reason]:
    """mima:附則-4: a rule begins on a day to come: what was done before was done under the rule of its day."""
    effective_on = _subject(case, RulebookChange).effective_on
    if effective_on is None or effective_on <= case.on:
        yield _rulebook(
            "not_from_a_day_to_come",
            "始まる日が、明日よりあとの日になっていません。",
            "明日か、それよりあとの日を書いてください。",
        )


def check_switchable(case: Case) -> Iterator[Reason]:
    """Without these there would be no approval, no second pair of eyes or no record: no city switches them off."""
    change = _subject(case, RulebookChange)
    if change.core and not change.on:
        yield _rulebook(
            "duty_is_core",
            "この決まりは、どの市でも外せません。承認・確認・記録のもとになるものです。",
            "ほかの決まりを選んでください。",
        )
    if change.unchanged:
        yield _rulebook(
            "duty_unchanged", "その日には、もうそのようになっています。", "何もする必要はありません。"
        )


def check_not_last(case: Case) -> Iterator[Reason]:
    """A city stands under at least one rulebook."""
    if _subject(case, RulebookChange).last:
        yield _rulebook(
            "last_rulebook",
            "市の規程が1つもなくなります。",
            "先に、ほかの規程を採り入れてください。",
        )


def _rulebook(code: str, sentence: str, step: str) -> Reason:
    return Reason(code, "rule_versions", sentence, step)


SECTION_NAME = Gate("section_name", "staff", check_section_name, "所属の名称")
NOT_CIRCULAR = Gate("not_circular", "staff", check_not_circular, "所属の上下")
DEVICE_KEY = Gate("device_key", "staff", check_device_key, "端末の名前とかぎ")
STAYS_PUT = Gate("stays_put", "staff", check_stays_put, "写せないかぎ")
CODE = Gate("code", "staff", check_code, "登録の番号")
LEDGER = Gate("ledger", "staff", check_ledger, "台帳の中身")
KNOWN_RULEBOOK = Gate("known_rulebook", "staff", check_known_rulebook, "登録された規程")
DOCUMENT = Gate("document", "staff", check_document, "読める規程")
EFFECTIVE_ON = Gate("from_a_day_to_come", "staff", check_effective_on, "始まる日")
SWITCHABLE = Gate("switchable", "staff", check_switchable, "外せる決まり")
NOT_LAST = Gate("not_last", "staff", check_not_last, "規程が残る")
