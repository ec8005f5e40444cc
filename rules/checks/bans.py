"""ban.*: what is never said: insults, contempt for what people are, encouragement of what is forbidden, obscenity."""

import re
from collections.abc import Iterator
from typing import Final

from rules.checks.check import Check
from rules.checks.findings import Hit, Severity
from rules.checks.hosts import host_behind, is_under, links_of
from rules.checks.material import World
from rules.checks.reading import Reading
from rules.checks.sayings import sentences_with, words_found

# --- insult


def insult(reading: Reading, world: World) -> Iterator[Hit]:
    """mima:4-9-ア, toyama:4-7-ア: words of the list standing as words of their own (バカ, but not バカンス); where a rulebook
    says 侮蔑, the message does. Quotation marks excuse nothing."""
    word = "侮蔑" if "ban.insult.contempt" in world.duties else "侮辱"
    for begin, end in _own_words(reading, world, "insults", "insult_exceptions"):
        said = reading.folded.text[begin:end]
        yield Hit(
            f"「{said}」は、人を{word}することばです。",
            reading.folded.span(begin, end),
            "事実と、してほしいことだけを書いてください。",
        )


def _own_words(reading: Reading, world: World, listed: str, exceptions: str) -> Iterator[tuple[int, int]]:
    """Where words of a list stand, beginning and ending where words do, outside what is excepted."""
    text = reading.folded.text
    harmless = (
        [match.span() for match in world.lists.found_by(exceptions).finditer(text)] if exceptions else []
    )
    for found in words_found(reading, world.lists.found_by(listed)):
        begin, end = found.span()
        if not any(first <= begin and end <= last for first, last in harmless):
            yield begin, end


# --- discrimination

_PEOPLE: Final = (
    r"(?:外国(?:人|籍|の方|出身)|日本人以外|日本国籍(?:で|の)?ない|(?:中国|韓国|朝鮮|ベトナム|ブラジル|フィリピン|ネパール|インド|アジア|アフリカ|欧米|ロシア|アメリカ|クルド|黒|白)(?:人|系|籍)"
    r"|障(?:害|がい)(?:者|児|のある|をお持ち|を持つ)(?!用|等用|専用|優先|手帳|差別|週間|スポーツ|雇用|福祉)|車(?:いす|椅子)(?:の方|の人|利用者|使用者)?|(?:聴覚|視覚|知的|精神|発達|身体)(?:障害|障がい)者?|精神疾患|認知症の"
    r"|LGBT|同性(?:愛者|カップル|のカップル)|性同一性|トランスジェンダー|女性|男性|女(?=の?(?:方|人|は))|高齢者|お年寄り|老人|年寄り|独身|未婚|ひとり親|母子家庭|シングルマザー|生活保護(?:受給者|の方|世帯)|ホームレス"
    r"|(?:宗教|信仰|信者|創価|キリスト教|イスラム教)(?:徒|の方)?|イスラム教徒|(?:被差別)?部落(?:出身)?(?:の方|者)?|在日|移民|難民|よそ者|県外(?:出身)の方|元(?:受刑者|患者)|感染者|HIV)"
)
_SHUT_OUT: Final = (
    r"(?:お断り(?!しません|することは|なく)|お断わり|断ります|ご?遠慮(?:ください|くだ|いただ|願|を?お願い)|入場(?:禁止|できません|不可|お断り)|入店(?:禁止|お断り)|利用(?:できません|禁止|不可|させ)|立(?:ち)?入(?:り)?(?:禁止|不可)"
    r"|参加(?:できません|不可|を認め|させ|資格はあり)|来ないで|出て(?:行|い)け|お引き取り|受け付け(?:ません|ておりません|ていません)|申し込め(?:ません|ない)|応募できません|入居(?:できません|不可)|受け入れ(?:ません|ない)|入れません|使えません|お帰り(?:くだ|願)|採用し(?:ません|ない)|貸しません|泊まれません|お呼びでな|必要ありません|いりません)"
)
_EXCLUDES: Final = re.compile(
    rf"{_PEOPLE}(?:の?(?:方|人|かた|皆さん|皆様|みなさん|お客様|児童|家族|世帯|利用|入場|入店|参加|立ち?入り?|受講|応募|来場|採用))?(?:の?(?:利用|入場|入店|参加|立ち?入り?|受講|応募|来場))?(?:は|を|も|の|、|による)[^。!?\n]{{0,20}}?{_SHUT_OUT}"
    rf"|{_PEOPLE}(?:の?(?:方|人|かた))?{_SHUT_OUT}"
)
_EXCLUDES_QUICK: Final = re.compile(_SHUT_OUT)
# Then it says the contrary, or speaks of a building.
_NOT_SHUT_OUT: Final = re.compile(
    r"ご?遠慮なく|遠慮(?:は|なさら|せず)|(?:断る|断り|拒む|拒否する)(?:こと|の)は|差別|なくそう|許されません|禁じられ|違法です|してはいけ|点検|工事|故障|停止中|休止|段差|階段|検診|授乳|更衣室|専用(?:車両|の(?:部屋|浴場))|産後|母乳|優先(?:席|駐車|エレベーター)|一般の(?:方|車)|ではありません"
)


def discrim(reading: Reading, world: World) -> Iterator[Hit]:
    """mima:4-9-イ, toyama:4-7-イ, mima:4-3-人権: words that despise people for what they are, and shutting them out for it.
    Limits of age by law, notices of buildings, and what speaks against discrimination are none."""
    for begin, end in _own_words(reading, world, "slurs", ""):
        yield Hit(
            f"「{reading.folded.text[begin:end]}」は、人を差別することばです。",
            reading.folded.span(begin, end),
            "使わないでください。",
        )
    for begin, text in sentences_with(reading, _EXCLUDES_QUICK):
        found = _EXCLUDES.search(text)
        if found and not _NOT_SHUT_OUT.search(text):
            yield Hit(
                "国籍や障害などの属性を理由に、人を除いています。",
                reading.folded.span(begin + found.start(), begin + found.end()),
                "理由が正当かを確かめ、だれでも参加できる書き方に直してください。",
            )


# --- illegal

_ACT: Final = re.compile(
    r"不法投棄|ポイ捨て|飲酒運転|酒気帯び|飲んで(?:も)?(?:運転|ハンドル|車)|無断(?:転載|駐車|使用|複製|コピー)|違法(?:駐車|ダウンロード|アップロード|コピー)|路上駐車|駐車違反|脱税|万引き|賭博|賭け(?:事|麻雀|ポーカー)|スピード違反|速度(?:超過|オーバー|違反)"
    r"|信号無視|無免許|ながら(?:運転|スマホ)|(?:二人|2人)乗り|未成年(?:者)?(?:の|で|が|も)?(?:飲酒|喫煙|お酒|酒|たばこ)|(?:高校生|中学生|20歳未満)(?:の|で|が|も)[^。]{0,6}(?:飲酒|喫煙|お酒|ビール|たばこ)|薬物|大麻|覚(?:醒|せい)剤|密[漁猟]|野焼き|盗撮|高額転売|不正(?:受給|アクセス|使用|改造)"
    r"|海賊版|無許可(?:で|の)|立(?:ち)?入(?:り)?禁止(?:区域|の)?[^。]{0,8}(?:入|立ち)|落書き|(?:川|海|山|池|田|側溝|下水|水路|道路|公園)(?:に|へ)[^。]{0,10}(?:流し|捨て|放置|埋め)|(?:ごみ|ゴミ|廃棄物|廃油|油|農薬|吸い殻)(?:を|は|も)[^。]{0,12}(?:流し|捨て|燃やし|埋め|放置)"
    r"|(?:シートベルト|ヘルメット|チャイルドシート)(?:を|は|なし)[^。]{0,8}(?:しな|なくて|なし|外し)|税金を(?:払わ|ごまか)|(?:ばれ|バレ)なければ|盗(?:ん|み)|持ち帰って(?:も)?(?:大丈夫|構|OK)|私道|車検(?:切れ|を受けな)|保険証(?:を|の)貸|名義貸し|替え玉|カンニング"
)
_IMPROPER: Final = re.compile(
    r"居留守|やらせ|サクラを|自作自演|裏口|口利き|縁故採用|コネ(?:採用|で)|虚偽の?(?:申告|申請|報告)|水増し|身代わり|うその(?:申告|申請)|割り込み|横入り|順番を(?:抜か|飛ばし)|抜け道を使|ルール(?:を|は)(?:破|守らなく)"
)
_LETS: Final = re.compile(
    r"(?:て|で)も(?:大丈夫|問題(?:は)?(?:あり|な)|かまい|構い|構わ|OK|オーケー|平気|よい|いい|良い|差し支え|セーフ)|(?:は|なら|くらい|程度|ぐらい|でも)[、]?(?:大丈夫|問題(?:は)?(?:あり|な)|構い|かまい|OK|平気|セーフ|許され|許容|見逃)"
    r"|(?:ばれ|バレ|見つかり)ません|見逃し(?:て|ます)|黙認|おすすめ(?:です|します)|やってみ(?:ま|て)|みんな(?:や|し)って|気にしな(?:く|い)|目をつぶ|楽しみましょう|どんどん|遠慮なく|ぜひ[^。]{0,10}(?:て|で)ください|可能です|便利です|お得です|賢い"
)
_FORBIDS: Final = re.compile(
    r"禁止|(?:や|止)め(?:ま|て|よう|てくだ)|いけま|しないで|ないで(?:くだ|ね)|しないように|違反(?:です|になり|と)|犯罪(?:です|になり)|罰(?:金|せ|則)|厳禁|なく(?:そう|しま)|防(?:止|ぎ|ご)|撲滅|ダメ|だめ|絶対(?:に)?(?:や|し|許)|許し(?:ま|て)|許されません|許さな|通報|避け|控え|ません(?:ので|から)|注意|追放|対策|例外|取り締|摘発|被害|逮捕|相談"
)
_NOT_REALLY: Final = re.compile(
    r"問題(?:は)?ありません|(?:かまい|構い)ません|(?:ばれ|バレ|見つかり)ません|差し支え(?:あり)?ません"
)


def illegal(reading: Reading, world: World) -> Iterator[Hit]:
    """mima:4-9-ウ, toyama:4-7-ウ: a sentence that permits or recommends what the law forbids (where a rulebook says so, also
    what is merely unfair). Sentences that forbid or warn are none."""
    improper = "ban.illegal.improper" in world.duties
    for begin, text in sentences_with(reading, _LETS):
        found = _ACT.search(text) or (_IMPROPER.search(text) if improper else None)
        if found and not _FORBIDS.search(_NOT_REALLY.sub("", text)):
            yield Hit(
                "法令に反すること（またはそれをしてよいこと）をすすめているように読めます。",
                reading.folded.span(begin, begin + len(text)),
                "この文を消すか、してはならないことをはっきり書いてください。",
            )


# --- obscene

_HOST: Final = re.compile(
    r"(?:^|[.-])(?:xxx|adult|ero|eros|sex|18kin|fuzoku|deriheru|avdouga)(?:[.-]|\d|$)|porn|xvideos|hentai|eromanga|xhamster"
)
_WORDS: Final = re.compile(
    r"アダルト(?:動画|サイト|ビデオ|グッズ)|エロ(?:い|動画|画像|本|サイト|漫画|マンガ)|ポルノ|AV女優|援助交際|風俗(?:店|嬢|情報)|デリヘル|ソープランド|セックス(?!レス|ワーク)|裸の(?:画像|写真|動画)|わいせつ(?:な)?(?:動画|画像|写真)|18禁|無修正"
)
_ABOUT_HARM: Final = re.compile(
    r"被害|防止|規制|犯罪|禁止|相談|対策|逮捕|注意|守る|守り|フィルタリング|ポルノグラフィティ|撲滅|なくそう|送らない|通報|トラブル|有害"
)


def obscene(reading: Reading, world: World) -> Iterator[Hit]:
    """mima:4-9-オ, toyama:4-7-オ-わいせつ: links to such sites, also where a link was seen to lead; words only where a
    rulebook says so. Medicine and what protects from harm are none."""
    for link in links_of(reading):
        if any(_is_adult(host, world) for host in (link.host, host_behind(link, world)) if host):
            yield Hit("わいせつなサイトへのリンクです。", link.span, "リンクを消してください。")
    if "ban.obscene.words" in world.duties:
        for begin, text in sentences_with(reading, _WORDS):
            found = _WORDS.search(text)
            if found and not _ABOUT_HARM.search(text):
                span = reading.folded.span(begin + found.start(), begin + found.end())
                yield Hit("わいせつなことばや、そのようなサイトの案内です。", span, "消してください。")


def _is_adult(host: str, world: World) -> bool:
    return is_under(host, world.lists.of("adult_hosts")) or bool(_HOST.search(host))


CHECKS: Final = (
    Check("ban.insult", Severity.BLOCK, "侮辱", on_text=insult),
    Check("ban.discrim", Severity.BLOCK, "差別", on_text=discrim),
    Check("ban.illegal", Severity.BLOCK, "違法な行為", on_text=illegal),
    Check("ban.obscene", Severity.BLOCK, "わいせつ", on_text=obscene),
)
