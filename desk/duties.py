"""The kinds of clauses and the screens, in words, for the clause table. Words, no decisions."""

KIND_JA = {
    "check": "内容の点検",
    "evidence": "根拠の記録",
    "gate": "発信の関門",
    "metadata": "規程のあらまし",
    "monitor": "見守り",
    "page": "公開するページ",
    "workflow": "仕事の手順",
}
# Screens by the name of their address, as the clause table links to them.
SCREEN_JA = {
    "account_request": "開設の申出",
    "afterwards_list": "あとの確認",
    "check_queue": "確認待ち",
    "clauses": "条文対応表",
    "device_list": "登録端末",
    "disaster_new": "防災の情報をすぐに出す",
    "election_list": "選挙",
    "handbook": "SNSの手引き",
    "headquarters": "災害対策本部",
    "home": "わたしの仕事",
    "hours": "勤務時間",
    "ledger": "認証情報の台帳",
    "policy_list": "運用方針",
    "post_list": "投稿",
    "post_new": "起案",
    "register": "公式アカウント台帳",
    "restriction_list": "投稿停止など",
    "review_queue": "承認待ち",
    "rulebook_list": "規程",
    "section_list": "所属",
    "urgency_list": "急ぐ事情",
}
