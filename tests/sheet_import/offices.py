"""Sheets of the kinds that offices send, made here; and the collection of others', where it is there."""

import io
from pathlib import Path
from typing import Any

import xlsxwriter

CASES = next(
    (found for parent in Path(__file__).parents if (found := parent / "shared" / "cases" / "sheets").exists()), None
)
HEAD = ["№", "区分", "企業・機関名", "フリガナ", "所在地", "部署・役職", "氏　名", "ﾌﾘｶﾞﾅ", "E-mail", "希望分野", "備考"]
ROWS = [
    [
        "①",
        "中小企業",
        "㈱ｶｸｳ工機",
        "ｶｸｳｺｳｷ",
        "青葉町1-2",
        "営業部\n部長",
        "試験　一郎",
        "ｼｹﾝ ｲﾁﾛｳ",
        "ichiro＠koki.example",
        "AI",
        "",
    ],
    [
        "②",
        "大学",
        "国立大学法人試験大学",
        "シケン",
        "同上",
        "教授",
        "髙田 花子",
        "タカダ ハナコ",
        "hana@u.example",
        "〃",
        "2日目は午後",
    ],
    ["", "", "", "", "", "助教", "濵田 次郎", "ハマダ ジロウ", "〃", "", ""],
    ["③", "市町村", "試験市", "シケンシ", "役所前1", "課長", "未定", "", "shi@city.example", "", ""],
    ["④", "外資系企業", "サンプル・ジャパン（株）", "", "", "", "Jane DOE", "", "jane@sample.example", "", "辞退"],
]


def prefecture(rows: list[list[str]] = ROWS) -> bytes:
    """A prefecture's list: a tab of instructions, a title over all columns, a header of two rows, one organisation's
    cells merged over two people, a hidden row, a struck one, a sum and a note."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.add_worksheet("記入要領").write_column(0, 0, ["記入要領", "黄色のセルに記入してください。"])
        sheet = book.add_worksheet("名簿")
        sheet.merge_range(0, 0, 0, len(HEAD) - 1, "令和8年度 参加企業名簿")
        for column, name in enumerate(HEAD):
            if 5 <= column <= 8:
                sheet.write(3, column, name)
            else:
                sheet.merge_range(2, column, 3, column, name)
        sheet.merge_range(2, 5, 2, 8, "御担当者")
        _fill(book, sheet, rows)
    return out.getvalue()


def _fill(book: Any, sheet: Any, rows: list[list[str]]) -> None:
    struck = book.add_format({"font_strikeout": True})
    for number, row in enumerate(rows, start=4):
        sheet.write_row(number, 0, row)
    for column in range(5):
        sheet.merge_range(5, column, 6, column, rows[1][column])
    sheet.set_row(8, None, None, {"hidden": True})
    sheet.write_row(9, 0, ["⑤", "大学", "取消大学", "", "", "", "取消 太郎", "", "t@torikeshi.example"], struck)
    sheet.write_row(10, 1, ["合計", "5社"])
    sheet.write(12, 0, "※ 敬称略")
