import io
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from rbc_events.accounts.models import Role
from rbc_events.clock import now as the_time
from rbc_events.database import db
from rbc_events.registration import questions
from rbc_events.registration.models import Answer, Audience, Question, QuestionKind
from rbc_events.registration.questionnaire import answers_of, is_shown, questions_of, unanswered
from tests.factories import make_event, make_registration, make_user
from tests.registration.pages import begin
from tests.sent_files import make_pdf

PDF = make_pdf()


@pytest.fixture
def event(app):
    return make_event(
        "asking",
        registration_opens_at=the_time() - timedelta(days=1),
        registration_closes_at=the_time() + timedelta(days=1),
    )


@pytest.fixture
def staff(sign_in):
    return sign_in(make_user(Role.HEADQUARTERS))


def ask(event, kind, **fields):
    texts = [("はい", "Yes"), ("いいえ", "No")]
    options = questions.name_options([], texts) if kind in questions.WITH_OPTIONS else []
    defaults = {"label_en": f"A {kind}", "label_ja": "", "options": options, "visible_to": Audience.STAFF}
    return questions.save_question(event, None, {"kind": kind, **defaults, **fields})


def answer(client, registration, **values):
    address = f"/registrations/{registration.id}/questions"
    return client.post(address, data=values, content_type="multipart/form-data")


@pytest.mark.parametrize(
    ("kind", "sent", "kept"),
    [
        (QuestionKind.TEXT, "some words", "some words"),
        (QuestionKind.LONG_TEXT, "two\r\nlines", "two\nlines"),
        (QuestionKind.CHOICE, "o2", "o2"),
        (QuestionKind.CHOICES, ["o1", "o2"], ["o1", "o2"]),
        (QuestionKind.NUMBER, "12", 12),
        (QuestionKind.NUMBER, "1.5", 1.5),
        (QuestionKind.CONSENT, "y", True),
    ],
)
def test_each_kind_of_question_keeps_its_answer(client, event, kind, sent, kept):
    question = ask(event, kind)
    registration = begin(client, event)
    assert answer(client, registration, **{f"q{question.id}": sent}).status_code == 302
    assert answers_of(registration) == {question.id: kept}
    assert client.get(f"/registrations/{registration.id}/review").status_code == 200


@pytest.mark.parametrize(
    ("kind", "sent"),
    [
        (QuestionKind.TEXT, "x" * 301),
        (QuestionKind.CHOICE, "o9"),
        (QuestionKind.CHOICES, ["o1", "o9"]),
        (QuestionKind.NUMBER, "many"),
        (QuestionKind.NUMBER, "NaN"),
        (QuestionKind.NUMBER, "9" * 50),
    ],
)
def test_what_does_not_fit_the_kind_is_refused(client, event, kind, sent):
    question = ask(event, kind)
    registration = begin(client, event)
    assert answer(client, registration, **{f"q{question.id}": sent}).status_code == 422
    assert answers_of(registration) == {}


@pytest.mark.parametrize("kind", list(QuestionKind))
def test_a_required_question_must_be_answered(client, event, kind):
    question = ask(event, kind, required=True)
    registration = begin(client, event)
    assert answer(client, registration).status_code == 422
    assert unanswered(registration) == [question]


def test_a_question_is_asked_only_on_its_condition(client, event):
    first = ask(event, QuestionKind.CHOICE)
    condition = {"question": first.key, "answers": ["o1"]}
    second = ask(event, QuestionKind.TEXT, required=True, shown_if=condition)
    assert is_shown(second, {first.key: "o1"})
    assert not is_shown(second, {first.key: "o2"})
    registration = begin(client, event)
    assert (
        answer(client, registration, **{f"q{first.id}": "o2", f"q{second.id}": "typed while hidden"}).status_code == 302
    )
    assert answers_of(registration) == {first.id: "o2"}
    assert answer(client, registration, **{f"q{first.id}": "o1"}).status_code == 422


def test_a_question_may_hang_on_several_answers_or_on_a_consent(app, event):
    several = ask(event, QuestionKind.CHOICES)
    tick = ask(event, QuestionKind.CONSENT)
    any_of = ask(event, QuestionKind.TEXT, shown_if={"question": several.key, "answers": ["o1", "o2"]})
    after_tick = ask(event, QuestionKind.TEXT, shown_if={"question": tick.key, "answers": ["y"]})
    assert [is_shown(any_of, {several.key: given}) for given in (["o2"], ["o3", "o1"], ["o3"], None)] == [
        True,
        True,
        False,
        False,
    ]
    assert [is_shown(after_tick, {tick.key: given}) for given in (True, False, None)] == [True, False, False]


def test_staff_choose_the_answers_that_a_question_hangs_on(staff, event):
    above = ask(event, QuestionKind.CHOICE)
    other = ask(event, QuestionKind.CONSENT)
    data = {**FORM, "kind": "text", "shown_if": [f"{above.key}=o1", f"{above.key}=o2"]}
    assert staff.post(f"/events/{event.key}/questions", data=data).status_code == 302
    question = questions_of(event)[-1]
    assert question.shown_if == {"question": above.key, "answers": ["o1", "o2"]}
    page = staff.get(f"/events/{event.key}/questions/{question.id}").text
    assert page.count('name="shown_if"') == 3
    assert page.count(" checked ") == 2
    mixed = {**data, "shown_if": [f"{above.key}=o1", f"{other.key}=y"]}
    response = staff.post(f"/events/{event.key}/questions/{question.id}", data=mixed)
    assert "answers to one question only" in response.text


def test_a_condition_follows_the_options_and_the_order(staff, event):
    above = ask(event, QuestionKind.CHOICE)
    below = ask(event, QuestionKind.TEXT, shown_if={"question": above.key, "answers": ["o1", "o2"]})
    assert staff.post(f"/events/{event.key}/questions/{below.id}/up").status_code == 409
    assert staff.post(f"/events/{event.key}/questions/{above.id}/down").status_code == 409
    fields = {"kind": above.kind, "options": [above.options[1], {"key": "o3", "ja": "", "en": "Perhaps"}]}
    questions.save_question(event, above, fields)
    assert below.shown_if == {"question": above.key, "answers": ["o2"]}
    questions.save_question(event, above, {"kind": QuestionKind.TEXT, "options": []})
    assert below.shown_if == {}


def test_a_file_is_kept_known_by_its_content_and_seen_by_staff_and_its_owner_alone(client, staff, sign_in, event):
    question = ask(event, QuestionKind.FILE)
    registration = begin(client, event)
    address = f"q{question.id}"
    assert answer(client, registration, **{address: (io.BytesIO(b"<svg onload=alert(1)>"), "a.pdf")}).status_code == 422
    assert answer(client, registration, **{address: (io.BytesIO(PDF), "../../plan.exe")}).status_code == 302
    number = answers_of(registration)[question.id]
    response = staff.get(f"/uploads/{number}")
    assert response.data == PDF
    assert response.headers["Content-Disposition"] == "attachment; filename=plan.pdf"
    stranger = sign_in(make_registration(event).delegates[0].user)
    assert stranger.get(f"/uploads/{number}").status_code == 403
    answer(client, registration)
    assert answers_of(registration)[question.id] == number, "sent without a file, the file stays"


def test_the_standard_questionnaire_asks_what_the_charts_ask_and_is_added_once(staff, event):
    staff.post(f"/events/{event.key}/questions/standard")
    staff.post(f"/events/{event.key}/questions/standard")
    keys = [question.key for question in questions_of(event)]
    assert keys == [
        "industry",
        "parent_region",
        "collaboration_status",
        "collaboration_partners",
        "collaboration_challenges",
        "collaboration_challenges_other",
    ]


FORM = {"kind": "choice", "label_en": "Colour?", "options_en": "Red\nGreen", "visible_to": "staff", "shown_if": []}


def test_staff_build_a_question_in_both_languages(staff, event):
    data = {**FORM, "label_ja": "色は？", "options_ja": "赤\n緑"}
    assert staff.post(f"/events/{event.key}/questions", data=data).status_code == 302
    (question,) = questions_of(event)
    assert question.options == [{"key": "o1", "ja": "赤", "en": "Red"}, {"key": "o2", "ja": "緑", "en": "Green"}]


@pytest.mark.parametrize(
    "change",
    [
        {"label_en": ""},
        {"options_en": "Red"},
        {"options_ja": "赤\n緑\n青"},
        {"kind": "riddle"},
        {"shown_if": "no=such"},
    ],
)
def test_a_faulty_question_is_refused(staff, event, change):
    assert staff.post(f"/events/{event.key}/questions", data={**FORM, **change}).status_code == 422
    assert questions_of(event) == []


def test_options_that_change_places_keep_the_meaning_of_answers(staff, client, event):
    staff.post(f"/events/{event.key}/questions", data=FORM)
    (question,) = questions_of(event)
    registration = begin(client, event)
    answer(client, registration, **{f"q{question.id}": "o1"})
    address = f"/events/{event.key}/questions/{question.id}"
    assert staff.post(address, data={**FORM, "options_en": "Blue\nGreen\nRed"}).status_code == 302
    assert [(option["key"], option["en"]) for option in question.options] == [
        ("o3", "Blue"),
        ("o2", "Green"),
        ("o1", "Red"),
    ]
    assert staff.post(address, data={**FORM, "options_en": "Blue\nGreen"}).status_code == 409
    assert staff.post(address, data={**FORM, "kind": "choices"}).status_code == 409


@pytest.mark.parametrize(
    ("before", "after", "keys"),
    [
        (("3月1日", "3月2日"), ("3月1日（月）", "3月2日（火）"), ["o1", "o2"]),
        (("3月1日", "3月2日"), ("3月2日（火）", "3月1日（月）"), ["o2", "o1"]),
        (("3月1", "3月2"), ("3月10", "3月2"), ["o3", "o2"]),
        (("3月1日", "3月2日"), ("3月3日", "3月2日"), ["o3", "o2"]),
        (("come", "stay"), ("don't come", "stay"), ["o3", "o2"]),
        (("Asia", "Asia, north"), ("Asia, north", "Asia"), ["o2", "o1"]),
    ],
)
def test_an_option_to_which_words_are_added_keeps_its_answers(before, after, keys):
    old = questions.name_options([], [(ja, "") for ja in before])
    assert [option["key"] for option in questions.name_options(old, [(ja, "") for ja in after])] == keys


def test_questions_move_and_go_and_what_hung_on_them_is_always_shown(staff, event):
    first, second, third = (ask(event, QuestionKind.CHOICE) for _ in range(3))
    third.shown_if = {"question": first.key, "answers": ["o1"]}
    registration = make_registration(event)
    db.session.add(Answer(registration=registration, question=first, value="o1"))
    staff.post(f"/events/{event.key}/questions/{third.id}/up")
    assert [question.id for question in questions_of(event)] == [first.id, third.id, second.id]
    staff.post(f"/events/{event.key}/questions/{first.id}/remove")
    assert [question.id for question in questions_of(event)] == [third.id, second.id]
    assert third.shown_if == {}
    assert db.session.scalar(select(func.count()).select_from(Answer)) == 0


def test_a_question_of_another_event_is_not_found_here(staff, event):
    other = ask(make_event(), QuestionKind.TEXT)
    assert staff.get(f"/events/{event.key}/questions/{other.id}").status_code == 404
    assert db.session.get(Question, other.id)
