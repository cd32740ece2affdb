"""What offices write in headers and cells for what we call otherwise. `Column.also` takes the words of headers."""

from rbc_events.registration.models import OrganisationKind

KEY = ("キー", "機関キー", "企業キー", "管理番号", "企業番号", "機関番号", "企業ID", "ID", "key")
KIND = ("区分", "種類", "企業区分", "業態")
NAME = (
    "法人名", "企業名", "会社名", "社名", "団体名", "機関名", "組織名", "企業団体名", "企業機関名", "法人団体名",
    "貴社名", "事業者名", "名称", "company", "company name", "organisation", "organization", "legal name",
)  # fmt: skip
NAME_LATIN = ("英語名", "英文名", "社名英語", "企業名英語", "英語表記", "english name")
NAME_KANA = ("フリガナ", "ふりがな", "企業名カナ", "社名カナ", "法人名カナ", "カナ")
COUNTRY = ("国", "国名", "所在国", "本社所在国", "nation")
REGION = ("都道府県", "都道府県市区町村", "所在都道府県", "県名", "prefecture", "region")
FOUNDED = ("設立年", "創業年", "設立", "創業")
EMPLOYEES = ("従業員", "従業員数", "社員数", "職員数")
WEBSITE = ("URL", "HP", "ホームページ", "ウェブサイト", "サイト")
# For each part of a contact's name.
PARTS = {
    "family_latin": ("担当者姓英語", "last name", "surname", "family name"),
    "given_latin": ("担当者名英語", "first name", "given name"),
    "family_kanji": ("担当者姓", "姓", "担当者氏"),
    "given_kanji": ("担当者名前", "担当者名", "名"),
    "family_kana": ("担当者セイ", "セイ", "姓カナ", "担当者姓カナ"),
    "given_kana": ("担当者メイ", "メイ", "名カナ", "担当者名カナ"),
}
WHOLE_NAME = (
    "氏名",
    "担当者氏名",
    "担当者",
    "担当",
    "担当者名",
    "連絡担当者",
    "お名前",
    "contact",
    "contact person",
    "name",
)
WHOLE_KANA = ("担当者フリガナ", "氏名フリガナ", "フリガナ", "ふりがな", "氏名カナ", "担当者カナ")
TITLE = (
    "役職", "部署役職", "所属役職", "部署", "所属", "担当者部署役職", "担当者役職", "肩書", "title", "position",
)  # fmt: skip
ADDRESS = (
    "メール", "メールアドレス", "e-mail", "email", "mail", "eメール", "連絡先メール", "担当者メール",
    "担当者メールアドレス", "email address", "連絡先email",
)  # fmt: skip
LANGUAGE = ("言語", "使用言語", "連絡言語", "language")
ATTENDS = ("参加方法", "参加形態")
NOTE = ("備考", "備考欄", "メモ", "特記事項", "remarks", "note", "notes")

KINDS = {
    "企業": OrganisationKind.LOCAL_COMPANY,
    "中小企業": OrganisationKind.LOCAL_COMPANY,
    "中堅企業": OrganisationKind.LOCAL_COMPANY,
    "大企業": OrganisationKind.LOCAL_COMPANY,
    "県内企業": OrganisationKind.LOCAL_COMPANY,
    "国内企業": OrganisationKind.LOCAL_COMPANY,
    "海外企業": OrganisationKind.FOREIGN_COMPANY,
    "外資": OrganisationKind.FOREIGN_AFFILIATED,
    "大学等": OrganisationKind.UNIVERSITY,
    "研究所": OrganisationKind.RESEARCH_INSTITUTE,
    "ベンチャー": OrganisationKind.UNIVERSITY_VENTURE,
    "市町村": OrganisationKind.MUNICIPALITY,
    "市区町村": OrganisationKind.MUNICIPALITY,
    "行政": OrganisationKind.MUNICIPALITY,
}
