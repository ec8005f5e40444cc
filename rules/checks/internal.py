"""sec.*: what was meant for the office only, and what is not decided yet."""

import re
from collections.abc import Iterator
from typing import Final

from rules.checks.check import PROSE, Check
from rules.checks.findings import Hit, Severity
from rules.checks.material import PartKind, World
from rules.checks.reading import Reading
from rules.checks.sayings import sentences_with

_MARK: Final = re.compile(
    r"部外秘|庁内限り|庁内限定|庁外秘|関係者限り|関係者外秘|関係者以外(?:閲覧|秘)|職員限り|職員限定|職員のみ(?:閲覧|公開)|内部資料|内部限り|内部限定"
    r"|持ち?出し?(?:禁止|厳禁)|^取扱(?:い)?注意\s*$|[【(\[<]取扱(?:い)?注意[】)\]>]|社外秘|極秘|マル秘|㊙|機密性[23]|対外秘|未公表|公表前|転送(?:禁止|厳禁)"
    r"|オフレコ|庁内(?:LAN|ネットワーク)の(?:ID|パスワード)",
    re.MULTILINE,
)
_CREDENTIAL: Final = re.compile(
    r"(?:パスワード|暗証番号|PW|パスコード|password|passcode|ログインID|ユーザー?ID|PIN)\s?(?:は|が|[::=＝→])\s?[「『\"']?\s?"
    r"([!-~]{4,64})",
    re.IGNORECASE,
)
_PRIVATE: Final = re.compile(
    r"(?<![\d.])(?:10(?:\.\d{1,3}){3}|192\.168(?:\.\d{1,3}){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2})(?![\d.])"
)
_SHARE: Final = re.compile(r"\\\\[A-Za-z0-9_.$-]{2,40}\\[^\s\\]{1,80}|(?<![a-z])[A-Z]:\\[^\s]{1,80}")


def internal(reading: Reading, world: World) -> Iterator[Hit]:
    """toyama:6-1, toyama:6-4: a mark that says who may read it, a password, an address of the office's own network.
    取扱注意 as a warning to citizens, and advice about passwords, are none."""
    text = reading.folded.text
    for pattern, message in _SIGNS:
        for found in pattern.finditer(text):
            yield Hit(message, reading.folded.of(found), "庁内向けの資料ではないかを確かめ、消してください。")


_SIGNS: Final = (
    (_MARK, "庁内向けの印です。外に出してはならない資料かもしれません。"),
    (_CREDENTIAL, "パスワードなどが書かれています。"),
    (_PRIVATE, "庁内のネットワークの番号です。"),
    (_SHARE, "庁内のファイルの場所です。"),
)

_UNDECIDED: Final = re.compile(
    r"検討(?:中|を(?:進め|重ね|始め|行)|し(?:て(?:い|お)|ており)|段階)|(?:素案|たたき台|骨子案|方針案|計画案|原案|試案)(?!への(?:ご)?意見|に対する(?:ご)?意見|のパブリック)"
    r"|内示|内々定|調整中|調整を(?:進め|行)|協議中|協議を(?:進め|重ね)|する方向で|見直す方向|廃止する方向|(?:予算|条例|人事|組織|計画|統合|再編|整備|開始時期|実施時期|導入時期|委託先)[^。\n]{0,12}(?:未定|未確定|固まっ)"
    r"|(?:未定|未確定)(?:です)?が[、,]?[^。\n]{0,20}(?:予定|見込み|方針)|意思決定前|決裁前|公表前|庁議"
)
# Then it is the reader who thinks it over, or it is asked for opinions in public.
_READER: Final = re.compile(
    r"(?:移住|購入|利用|参加|応募|転職|就職|就農|入居|改修|申込み?|申請|開業|起業|導入|お?引っ?越し|受診|進学|入園|結婚|転入|設置|取得|加入)(?:など)?(?:を|のご|の|を?ご)?検討"
    r"|ご検討|検討(?:して(?:いる|みて|ください|みませんか|はいかが)|中の(?:方|皆|人|かた|事業者|企業|ご))|パブリック・?コメント|意見募集|意見を募集|ご意見をお"
)


def decision(reading: Reading, world: World) -> Iterator[Hit]:
    """toyama:6-5-意思形成: what the city is still deciding. The reader's own thinking it over, and public comments, are
    none."""
    for begin, text in sentences_with(reading, _UNDECIDED):
        found = _UNDECIDED.search(text)
        if found and not _READER.search(text):
            yield Hit(
                "まだ決まっていないことのように読めます。",
                reading.folded.span(begin + found.start(), begin + found.end()),
                "公表してよい段階かを、担当課に確かめてください。",
            )


CHECKS: Final = (
    Check("sec.internal", Severity.BLOCK, "庁内向けの情報", on_text=internal),
    Check(
        "sec.decision", Severity.CONFIRM, "決まっていないこと", on_text=decision, kinds=PROSE | {PartKind.ALT}
    ),
)
