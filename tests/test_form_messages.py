import gettext

from wtforms.i18n import messages_path

from rbc_events.form_messages import MESSAGES


def test_wrong_entries_are_told_in_the_words_of_the_pages(client):
    japanese = {"Accept-Language": "ja"}
    page = client.post("/sign-in", data={"email": "", "password": "x" * 201}, headers=japanese).text
    assert "必ず入力してください。" in page
    assert "200文字以内で入力してください。" in page
    assert "保存" not in page, "nothing is being saved here"
    assert "Please enter at most 200 characters." in client.post("/sign-in", data={"password": "x" * 201}).text


def test_wtforms_still_asks_by_these_texts():
    asked = gettext.translation("wtforms", messages_path(), ["ja"])._catalog
    plural = {text for text in MESSAGES if "characters" in text or "choices for" in text}
    assert not set(MESSAGES) - plural - set(asked)
