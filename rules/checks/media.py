"""media.*: pictures and films: people in them, rights in them, and words for those who do not see them."""

import re
from collections.abc import Iterator
from typing import Final

from rules.checks.check import Check
from rules.checks.findings import Hit, Severity
from rules.checks.material import Medium, World

_CONSENTS: Final = frozenset({"書面", "口頭記録", "保護者", "群衆", "後ろ姿", "報道目的"})
_UNSAID: Final = frozenset({"", "不明"})
_BY_PERMISSION = "許諾"
_SHORT, _SHORT_WITH_TEXT = 5, 20
_USELESS: Final = re.compile(
    r"(?:画像|写真|イメージ|図|動画|チラシ|ポスター|案内|バナー|サムネイル|IMG|DSC|image|photo|picture)?[\s_-]*(?:画像|写真|イメージ|です)?[\s_\-()0-9０-９.]*(?:\.(?:jpe?g|png|gif|webp|mp4|heic))?",
    re.IGNORECASE,
)


def face_consent(medium: Medium, world: World) -> Iterator[Hit]:
    """mima:4-3-肖像, toyama:4-4-権利: somebody can be recognised, and on what footing they are shown is not on record."""
    if medium.faces > 0 and medium.consent not in _CONSENTS:
        yield Hit(
            f"写っている人（{medium.faces}人）の承知が記録されていません。",
            suggestion="承知を得て記録するか、写真を替えてください。",
        )


def rights(medium: Medium, world: World) -> Iterator[Hit]:
    """mima:4-3-著作権, toyama:4-4-権利, toyama:6-2: whose picture it is, with the document of a permission; a logo or a
    character needs one of its own."""
    if medium.rights in _UNSAID:
        yield Hit(
            "写真や動画の権利が分かりません。",
            suggestion="だれが作ったものか、使ってよい根拠を記録してください。",
        )
    elif medium.rights == _BY_PERMISSION and not medium.permission_doc:
        yield Hit("許諾の書類がありません。", suggestion="許諾の書類を記録してください。")
    if medium.shows_mark and not medium.mark_permission:
        yield Hit(
            "ロゴやキャラクターを使う許可が記録されていません。",
            suggestion="商標などの許可を記録してください。",
        )


def alt(medium: Medium, world: World) -> Iterator[Hit]:
    """mima:4-5-文体: words that tell what is to be seen; all facts of a flyer; captions for a film."""
    if medium.captioned is False:
        yield Hit("動画に字幕がありません。", suggestion="字幕を付けるか、内容を本文に書いてください。")
    if medium.decorative:
        return
    words = medium.alt.strip()
    if len(words) < _SHORT or words == medium.file or _USELESS.fullmatch(words):
        yield Hit(
            "代替テキストがないか、何が写っているか分かりません。",
            suggestion="見えない人に伝わるように書いてください。",
        )
    elif medium.has_text and len(words) < _SHORT_WITH_TEXT:
        yield Hit(
            "画像の中の文字が、代替テキストにありません。",
            suggestion="日時や場所など、画像に書いてあることを書いてください。",
        )


CHECKS: Final = (
    Check("media.face_consent", Severity.BLOCK, "写っている人の承知", on_medium=face_consent),
    Check("media.rights", Severity.BLOCK, "写真などの権利", on_medium=rights),
    Check("media.alt", Severity.CONFIRM, "代替テキスト", on_medium=alt),
)
