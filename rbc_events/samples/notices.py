"""What the sample installation says of itself: a privacy notice and an imprint that show what belongs into one. They
name nobody real, and `rbc-events samples close` takes them off."""

from rbc_events.events.site import save_site, site_row

NOTICES = {
    "privacy_en": """This is a sample. Your office writes its own notice here before anybody real registers.

Who is responsible: Sample Conference Office (fictional), 1-1 Mihon-cho, Sendai, Japan. Contact: \
privacy@sample.example

What we keep: the names, positions, e-mail addresses, languages and time zones of those who take part; what \
organisations say of themselves; requests, meetings and what came of them.

What for: to screen registrations, to arrange meetings and send their invitations, and to report how many \
meetings and agreements there were. Reports count organisations and name no person.

Who sees it: the event's staff; other participants what your organisation agreed to share; names of people only \
those with whom a meeting is agreed, and the interpreter.

Abroad: participants and staff may be in other countries. Before anything goes there, each organisation is told \
the country and its rules, and agrees or doesn't.

How long: people are erased {years} years after their last event and sign-in, copies of mails after 180 days.

Your rights: under My settings → My data you see everything that is kept on you, take it along, and ask for its \
erasure. You can also complain to the data protection authority of your country; in Japan that is the Personal \
Information Protection Commission.""",
    "privacy_ja": """これは見本です。実際の利用者が登録する前に、運営事務局の通知に書き換えてください。

責任者：見本カンファレンス事務局（架空）、仙台市見本町1-1。お問い合わせ：privacy@sample.example

取得する情報：参加者の氏名、役職、メールアドレス、言語、タイムゾーン、企業・団体の紹介文、面談の申込、面談とその結果。

利用目的：登録の審査、面談の調整と案内の送付、面談数・成果数の報告。報告は企業・団体の数を集計し、個人名は含みません。

閲覧できる者：イベントの運営担当者。参加者に対しては、所属先が共有に同意した内容のみ。氏名は面談が成立した相手と通訳にのみ表示されます。

外国への提供：参加者や運営担当者が外国にいる場合があります。提供の前に、提供先の国とその制度をお知らせし、企業・団体ごとに同意の有無を確認します。

保存期間：最後に参加したイベントおよび最後のログインから{years}年後に個人の情報を消去します。メールの写しは180日後に消去します。

ご本人の権利：「マイ設定」の「登録されている私の情報」で、保存されている情報の閲覧、持ち出し、消去の申請ができます。お住まいの国の監督機関（日本では個人情報保護委員会）に申し立てることもできます。""",
    "imprint_en": """This is a sample. Your office writes here who runs the site.

Sample Conference Office (fictional)
1-1 Mihon-cho, Sendai, Japan
Telephone +81 22 000 0000, office@sample.example
Responsible for the contents: Mihon Hanako""",
    "imprint_ja": """これは見本です。サイトの運営者をここに記載してください。

見本カンファレンス事務局（架空）
仙台市見本町1-1
電話 022-000-0000、office@sample.example
掲載責任者：見本 花子""",
}


def write_notices() -> None:
    """For the installation, if it has none of its own."""
    if site_row(None) is None:
        save_site(None, NOTICES)


def take_notices_off() -> None:
    """Those that are still the sample's, word for word."""
    site = site_row(None)
    if site is not None:
        save_site(None, {name: "" for name, text in NOTICES.items() if getattr(site, name) == text})
