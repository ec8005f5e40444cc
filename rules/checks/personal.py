"""pii.*: numbers and addresses that belong to a person. Names of people are in `people`."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from rules.checks.check import Check
from rules.checks.findings import Hit, Severity
from rules.checks.material import World
from rules.checks.reading import Reading
from rules.checks.views import View

# What people write between the groups of a number.
_DASH: Final = r"[-‐‑‒–—―−ー－ｰ~〜\s.・]"

# --- Individual Number

_TWELVE: Final = re.compile(rf"(?<![\d])(?<!\d[-‐−ー])(\d(?:{_DASH}{{0,2}}\d){{11}})(?!\d)(?!{_DASH}\d)")
_SEPARATORS: Final = re.compile(_DASH)


def mynumber(reading: Reading, world: World) -> Iterator[Hit]:
    """mima:4-3-プライバシー: twelve digits with the check digit of an Individual Number (総務省令第85号 第5条), in groups or
    over a line's end. A wrong check digit, or a longer run of digits, is another number."""
    view = reading.numbers
    if not _has_digits(view.text, 12):
        return
    for found in _TWELVE.finditer(view.text):
        digits = _SEPARATORS.sub("", found[1])
        if len(digits) == 12 and _is_individual(digits):
            yield Hit(
                "マイナンバー（個人番号）と同じ形の番号です。どのような理由があっても発信できません。",
                view.of(found, 1),
                "番号を消してください。",
            )


def _is_individual(digits: str) -> bool:
    weights = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    rest = sum(int(digit) * weight for digit, weight in zip(digits[:11], weights, strict=True)) % 11
    return int(digits[11]) == (0 if rest <= 1 else 11 - rest) and len(set(digits)) > 1


def _has_digits(text: str, least: int) -> bool:
    return sum(map(text.count, "0123456789")) >= least


# --- telephone

_PHONE_LIKE: Final = re.compile(
    rf"(?<![\d/])(?<!\d[.,:])(?:\+?81{_DASH}?\(?0?\)?{_DASH}?|[(]?0)\d{{1,4}}[)]?{_DASH}?\(?\d{{1,4}}\)?{_DASH}?\d{{3,4}}(?!\d)(?![/年月日円名個])"
)
_MOBILE: Final = re.compile(r"0[6789]0\d{8}")
_NOT_DIGIT: Final = re.compile(r"\D")


def phone(reading: Reading, world: World) -> Iterator[Hit]:
    """mima:4-3-プライバシー, mima:4-5-正確: a telephone number that is not on the city's list; a mobile one blocks."""
    view = reading.numbers
    if not _has_digits(view.text, 9):
        return
    listed = _known(world.lists.words.get("phones", ()))
    for found in _PHONE_LIKE.finditer(view.text):
        digits = _national(found[0])
        if digits and digits not in listed:
            yield _phone_hit(view, found, digits)


def _phone_hit(view: View, found: re.Match[str], digits: str) -> Hit:
    span = view.of(found)
    if _MOBILE.fullmatch(digits):
        return Hit(
            "携帯電話の番号です。個人の番号は出せません。", span, "市の代表や担当課の番号に直してください。"
        )
    return Hit(
        "市の一覧にない電話番号です。",
        span,
        "番号が正しく、公開してよいものかを確かめてください。",
        severity=Severity.CONFIRM,
    )


def _national(written: str) -> str:
    """The digits from 0 on; "" for what is no number in Japan."""
    digits = _NOT_DIGIT.sub("", written)
    if digits.startswith("81") and not written.lstrip("(").startswith("0"):
        digits = "0" + digits[2:].removeprefix("0")
    return digits if _is_number(digits) else ""


@lru_cache(maxsize=512)
def _is_number(digits: str) -> bool:
    import phonenumbers  # its tables take a moment to load, and most posts have no number

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(digits, "JP"))
    except phonenumbers.NumberParseException:
        return False


@lru_cache(maxsize=8)
def _known(listed: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_NOT_DIGIT.sub("", number) for number in listed)


# --- mail

_MAIL: Final = re.compile(
    r"(?<![a-z0-9._%+-])([a-z0-9][a-z0-9._%+-]{0,63})\s?(?:@|[(\[{<]\s?(?:at|@|アット(?:マーク)?)\s?[)\]}>]|★)\s?"
    r"((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,6}[a-z]{2,20})(?![a-z0-9-])",
    re.IGNORECASE,
)


def email(reading: Reading, world: World) -> Iterator[Hit]:
    """mima:4-3-プライバシー: a mail address outside the city's domains, also one that is disguised. @handles are none."""
    view = reading.folded
    if (
        "@" not in view.text
        and "at" not in view.text.lower()
        and "アット" not in view.text
        and "★" not in view.text
    ):
        return
    ours = world.lists.of("mail_domains")
    for found in _MAIL.finditer(view.text):
        domain = found[2].lower()
        if not any(domain == own or domain.endswith("." + own) for own in ours):
            yield Hit(
                "市のものではないメールアドレスです。",
                view.of(found),
                "公開してよい連絡先かを確かめてください。",
            )


# --- address

_NUMERAL: Final = r"[0-9一二三四五六七八九十百千〇]{1,5}"
_STREET: Final = re.compile(
    rf"(?:{_NUMERAL}(?:番地?|丁目)(?:の?{_NUMERAL})?(?:番(?:地)?)?(?:の?{_NUMERAL}号?|{_NUMERAL}号)?(?:の{_NUMERAL})?"
    rf"|[0-9]{{1,5}}[-‐−－ー][0-9]{{1,5}}(?:[-‐−－ー][0-9]{{1,5}})?(?:号室?)?)(?![0-9])"
)
# The place before the number: the name of a town that ends in what towns end in.
_TOWN: Final = re.compile(r"(?:[都道府県市区町村字郡]|大字|丁目)[^\s、。()「」\d:]{0,12}$")
_NAMED_ROAD: Final = re.compile(r"(?:号線?|国道|県道|市道|系統|便|路線|行き)[^\s、。]{0,4}$")
_BANCHI: Final = re.compile(r"番地|丁目[0-9一二三四五六七八九十]|番[0-9一二三四五六七八九十]{1,3}号")
# Behind a score, a span or a count there is no address.
_NO_ADDRESS_BEHIND: Final = re.compile(
    r"^(?:で(?:勝|敗|引)|の(?:勝|敗|スコア|成績|接戦)|日|月|時|歳|才|人|名|円|%|度|年|回|冊|km|m|cm)"
)
_BLANKS: Final = re.compile(r"\s+")


def address(reading: Reading, world: World) -> Iterator[Hit]:
    """mima:4-3-プライバシー: an address down to the house that is no facility's on the city's list. Scores, spans of
    numbers, roads and bus lines are none."""
    view = reading.joined
    if "番" not in view.text and "丁目" not in view.text and not re.search(r"\d[-‐−－ー]\d", view.text):
        return
    facilities = _compact(world.lists.words.get("facilities", ()))
    for found in _STREET.finditer(view.text):
        before, behind = (
            view.text[max(0, found.start() - 40) : found.start()],
            view.text[found.end() : found.end() + 8],
        )
        if not _is_house(found[0], before, behind) or _is_facility(before, found[0], facilities):
            continue
        begin = found.start() - len(_place_before(before))
        yield Hit(
            "番地まで書かれた住所です。",
            view.span(begin, found.end()),
            "個人の住まいなら消してください。施設の住所なら、一覧に加えられます。",
        )


def _is_house(number: str, before: str, behind: str) -> bool:
    if _NO_ADDRESS_BEHIND.match(behind) or _NAMED_ROAD.search(before):
        return False
    if _BANCHI.search(number):
        return True
    return bool(re.search(r"\d[-‐−－ー]\d", number) and _TOWN.search(before))


def _place_before(before: str) -> str:
    found = re.search(r"[^\s、。()「」は・:]{0,30}$", before)
    return found[0] if found else ""


def _is_facility(before: str, number: str, facilities: tuple[str, ...]) -> bool:
    written = _plain(before + number)
    return any(
        written.endswith(known) or (known.endswith(written[-12:]) and len(written) >= 6)
        for known in facilities
    )


def _plain(text: str) -> str:
    """One way of writing: 7番38号 and 7-38 are the same, 大字 and 字 may be left out."""
    text = _BLANKS.sub("", text).replace("大字", "").replace("字", "")
    text = re.sub(r"(?:番地の?|丁目|番)(?=[0-9])", "-", text)
    return re.sub(r"[‐−－ー]", "-", re.sub(r"(?:番地|号)$", "", text))


@lru_cache(maxsize=8)
def _compact(listed: tuple[str, ...]) -> tuple[str, ...]:
    """Each entry, and the same without the city's name before it."""
    plain = [_plain(each) for each in listed]
    return tuple(dict.fromkeys([*plain, *(re.sub(r"^[^市町村]{1,6}[市町村]", "", each) for each in plain)]))


# --- number plate

_PLATE: Final = re.compile(
    r"([一-龥々ヶぁ-んァ-ヴー]{1,5})\s?(\d{2,3}|\d{1,2}[A-Z])\s?([あ-んA-Z])\s?((?:[・.]{1,3}\d{1,3}|\d{1,2}[-‐−ー]\d{2}|\d{4}))(?!\d)"
)


def plate(reading: Reading, world: World) -> Iterator[Hit]:
    """mima:4-3-プライバシー: a vehicle's number plate: place, class, one kana, up to four digits."""
    view = reading.joined
    if not _has_digits(view.text, 3):
        return
    for found in _PLATE.finditer(view.text):
        yield Hit("車のナンバーです。", view.of(found), "ナンバーを消してください。")


CHECKS: Final = (
    Check("pii.mynumber", Severity.BLOCK, "マイナンバー", on_text=mynumber, releasable=False),
    Check("pii.phone", Severity.BLOCK, "電話番号", on_text=phone),
    Check("pii.email", Severity.CONFIRM, "メールアドレス", on_text=email),
    Check("pii.address", Severity.CONFIRM, "番地までの住所", on_text=address),
    Check("pii.plate", Severity.BLOCK, "車のナンバー", on_text=plate),
)
