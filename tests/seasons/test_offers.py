"""Up to three times offered for a meeting, answered by a click in a mail."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from rbc_events.accounts.models import Role
from rbc_events.database import db
from rbc_events.meetings.models import Meeting, MeetingState
from rbc_events.meetings.recording import cancel_meeting
from rbc_events.outbox.models import OutboxMessage
from rbc_events.seasons.models import AskedParty, OfferState, TimeOffer
from rbc_events.seasons.offering import (
    HasTime,
    NobodyToAsk,
    NotFree,
    OfferEnded,
    TakenMeanwhile,
    answer_offer,
    offer_times,
    withdraw_offer,
)
from rbc_events.seasons.parts import without_answer
from rbc_events.seasons.queries import offers_under_way
from rbc_events.timetable.operations import set_details
from rbc_events.timetable.own_times import set_own_time
from tests import factories
from tests.factories import NOW
from tests.forms import form_with
from tests.meetings.published import Sent
from tests.timetable.makers import Conference, make_conference

ADDRESS = re.compile(r"/times/[^\s?]+")


@dataclass
class Offered:
    conference: Conference
    meeting: Meeting
    offer: TimeOffer = field(init=False)

    def make(self, hours: tuple[int, ...] = (240, 264, 288), **fields: Any) -> TimeOffer:
        """Times of an hour, so many hours from NOW; by the clock of requests, which is later, they are to come too."""
        times = [(NOW + timedelta(hours=each), NOW + timedelta(hours=each + 1)) for each in hours]
        words = {"own_place": "Online", "actor": self.conference.coordinator, "now": NOW, **fields}
        self.offer = offer_times(self.meeting, times, **words)
        return self.offer

    def answer(self, party: int, *times: int, **fields: Any) -> None:
        """As the party of this number, from 0, whom the times of these numbers suit."""
        chosen = {self.offer.times[number].id for number in times}
        answer_offer(self.offer.asked[party], chosen, **{"now": NOW, **fields})


@pytest.fixture
def offered(app: Any) -> Offered:
    conference = make_conference()
    return Offered(conference, conference.agree(0, 1))


def mails(kind: str = "times_offered") -> list[OutboxMessage]:
    return list(db.session.scalars(select(OutboxMessage).filter_by(kind=kind).order_by(OutboxMessage.id)))


def addresses() -> list[str]:
    """Where each mail leads: that of every offered mail."""
    return [ADDRESS.search(Sent(mail).text)[0] for mail in mails()]


def test_the_first_time_that_suits_all_is_taken_and_everybody_is_invited(offered: Offered) -> None:
    offered.make(own_link="https://meet.example/7")
    offered.answer(0, 1, 2)
    assert offered.meeting.state == MeetingState.AGREED
    offered.answer(1, 0, 1, 2)
    assert (offered.offer.state, offered.meeting.state) == (OfferState.SETTLED, MeetingState.SCHEDULED)
    assert offered.meeting.published_starts_at == NOW + timedelta(hours=264)
    assert offered.meeting.own_link == "https://meet.example/7"
    assert len(mails("meeting_scheduled")) == 2
    assert offered.conference.event.published_at is None  # what else stands on the timetable isn't told


def test_held_times_keep_nobody_from_being_booked_and_are_shown(offered: Offered) -> None:
    offer = offered.make()
    assert offers_under_way(offered.conference.event) == [offer]
    assert offered.meeting.bookings == []
    book_elsewhere(offered, 0)
    assert offers_under_way(offered.conference.event) == [offer]


def book_elsewhere(offered: Offered, number: int) -> None:
    """The first party meets somebody else at the offered time of this number."""
    time = offered.offer.times[number]
    other = offered.conference.agree(0, 2)
    set_own_time(other, starts_at=time.starts_at, ends_at=time.ends_at, own_place="Elsewhere", now=NOW)


def test_a_time_taken_meanwhile_is_refused_and_nothing_is_kept(offered: Offered) -> None:
    offered.make()
    book_elsewhere(offered, 0)
    with pytest.raises(TakenMeanwhile):
        offered.answer(1, 0, 1)
    assert offered.offer.asked[1].answered_at is None
    offered.answer(1, 1)
    offered.answer(0, 1)
    assert offered.meeting.starts_at == NOW + timedelta(hours=264)


def test_a_time_that_was_taken_after_one_side_chose_it_gives_way_to_the_next(offered: Offered) -> None:
    offered.make()
    offered.answer(0, 0, 1)
    book_elsewhere(offered, 0)
    offered.answer(1, 1, 2)
    assert offered.meeting.starts_at == NOW + timedelta(hours=264)


def test_an_offer_fails_as_soon_as_no_time_can_suit_all(offered: Offered) -> None:
    offered.make()
    offered.answer(0)
    assert (offered.offer.state, offered.meeting.state) == (OfferState.FAILED, MeetingState.AGREED)
    event = offered.conference.event.id
    assert without_answer([event], NOW) == {event: 1}
    offered.make((336,))
    assert without_answer([event], NOW) == {}
    assert without_answer([event], NOW + timedelta(hours=337)) == {event: 1}


def test_whoever_changes_their_mind_answers_again_until_all_have(offered: Offered) -> None:
    offered.make()
    offered.answer(0, 0)
    offered.answer(0, 2)
    offered.answer(1, 0, 2)
    assert offered.meeting.starts_at == NOW + timedelta(hours=288)


def test_a_time_that_has_begun_is_not_chosen_any_more(offered: Offered) -> None:
    offered.make()
    offered.answer(0, 0, 1)
    offered.answer(1, 1, now=NOW + timedelta(hours=241))
    assert offered.meeting.starts_at == NOW + timedelta(hours=264)
    assert offered.offer.state == OfferState.SETTLED


def a_time_by_hand(offered: Offered) -> None:
    set_own_time(
        offered.meeting, starts_at=NOW + timedelta(hours=5), ends_at=NOW + timedelta(hours=6), own_place="Here", now=NOW
    )


def called_off(offered: Offered) -> None:
    cancel_meeting(offered.meeting, actor=offered.conference.coordinator, now=NOW, reason="")


def taken_back(offered: Offered) -> None:
    withdraw_offer(offered.offer)


def replaced(offered: Offered) -> None:
    first = offered.offer
    offered.make((400,))
    offered.offer = first


@pytest.mark.parametrize("ends", [a_time_by_hand, called_off, taken_back, replaced])
def test_an_offer_that_has_ended_takes_no_answer(offered: Offered, ends: Callable[[Offered], None]) -> None:
    offered.make()
    offered.answer(0, 0)
    ends(offered)
    with pytest.raises(OfferEnded):
        offered.answer(1, 0)


def test_only_a_meeting_that_waits_for_a_time_is_offered_some(offered: Offered) -> None:
    a_time_by_hand(offered)
    with pytest.raises(HasTime):
        offered.make()


def test_a_time_at_which_somebody_is_elsewhere_is_not_offered(offered: Offered) -> None:
    offered.make()
    book_elsewhere(offered, 1)
    with pytest.raises(NotFree, match=offered.conference.sides[0].organisation.name_latin):
        offered.make()
    assert offered.offer.state == OfferState.OPEN


def test_a_side_without_an_address_is_told_of_before_anybody_is_written_to(offered: Offered) -> None:
    for delegate in offered.conference.sides[1].delegates:
        delegate.email = ""
    with pytest.raises(NobodyToAsk):
        offered.make()


def test_a_coordinator_who_sits_in_is_asked_too_unless_it_is_they_who_offer(offered: Offered) -> None:
    details = {"length": 1, "must": False, "online": True, "needs_interpreter": False}
    third = offered.conference.coordinator
    set_details(offered.meeting, **details, sits_in=third, seen_version=offered.meeting.version)
    offered.make()
    assert [asked.answered_at is not None for asked in offered.offer.asked] == [False, False, True]
    assert third.email not in [mail.recipient for mail in mails()]
    offered.make((336,), actor=factories.make_user(Role.HEADQUARTERS))
    assert third.email in [mail.recipient for mail in mails()]
    for party in (0, 1, 2):
        offered.answer(party, 0)
    assert offered.offer.state == OfferState.SETTLED


def test_each_reads_the_times_in_their_language_and_on_both_clocks(offered: Offered) -> None:
    for side, language, zone in ((0, "ja", "Asia/Tokyo"), (1, "en", "Europe/Berlin")):
        [delegate] = offered.conference.sides[side].delegates
        delegate.language, delegate.time_zone = language, zone
    offered.make((240,), message="Nice to meet you")
    japanese, english = (Sent(mail).text for mail in mails())
    assert japanese.index("12:00–13:00") < japanese.index("04:00–05:00")
    assert "候補日時" in japanese
    assert english.index("04:00–05:00 (Berlin, UTC+01:00)") < english.index("12:00–13:00 (JST)")
    assert "Nice to meet you" in english


def sent(page: str, typed: dict[str, Any], field: str = "csrf_token") -> dict[str, Any]:
    """What a browser sends of the page's form with this field, after these entries."""
    return {**form_with(page, field), **typed}


def test_a_click_in_the_mail_answers_without_signing_in(offered: Offered, client: Any) -> None:
    offered.make()
    db.session.commit()
    first, second = addresses()
    chosen = offered.offer.times[1].id
    page = client.get(f"{first}?time={chosen}")
    assert form_with(page.text, "times")["times"] == [str(chosen)]
    assert db.session.scalar(select(func.count(AskedParty.answered_at))) == 0  # looking changes nothing
    assert client.post(first, data=sent(page.text, {"times": str(chosen)})).status_code == 302
    assert "You have answered" in client.get(first).text
    page = client.get(second)
    assert client.post(second, data=sent(page.text, {"times": str(chosen)})).status_code == 302
    db.session.refresh(offered.meeting)
    assert offered.meeting.state == MeetingState.SCHEDULED
    assert "the meeting has been fixed" in client.get(first).text
    assert client.post(first, data=sent(page.text, {"times": str(chosen)})).status_code == 410


def test_the_page_says_which_time_was_taken_and_offers_what_is_left(offered: Offered, client: Any) -> None:
    offered.make()
    db.session.commit()
    [first, _second] = addresses()
    form = client.get(first).text
    chosen = str(offered.offer.times[0].id)
    book_elsewhere(offered, 0)
    db.session.commit()
    answer = client.post(first, data=sent(form, {"times": chosen}))
    assert answer.status_code == 409
    assert "has been taken meanwhile" in answer.text
    assert "No longer possible" in answer.text
    assert f'type="checkbox" value="{chosen}"' not in answer.text


def test_no_time_and_none_at_once_is_no_answer(offered: Offered, client: Any) -> None:
    offered.make()
    db.session.commit()
    [first, _second] = addresses()
    page = client.get(first).text
    assert "Please tick a time" in client.post(first, data=sent(page, {})).text
    both = sent(page, {"times": str(offered.offer.times[0].id), "none": "1"})
    assert client.post(first, data=both).status_code == 422
    assert client.post(first, data=sent(page, {"none": "1"})).status_code == 302
    assert "None of these times suits everybody" in client.get(first).text


def test_a_link_that_is_not_ours_leads_nowhere(client: Any) -> None:
    assert client.get("/times/guessed").status_code == 410


@pytest.fixture
def staff(offered: Offered, sign_in: Any) -> Any:
    headquarters = factories.make_user(Role.HEADQUARTERS)
    db.session.commit()
    return sign_in(headquarters)


def test_a_coordinator_offers_times_sees_the_answers_and_takes_them_back(offered: Offered, staff: Any) -> None:
    event, number = offered.conference.event, offered.meeting.id
    at = f"/events/{event.key}/timetable/{number}/offer"
    page = staff.get(at).text
    twice = {"starts_at": "2026-12-01T17:00", "second": "2026-12-01T17:00", "own_place": "Online"}
    refused = staff.post(at, data=sent(page, twice, "starts_at"))
    assert refused.status_code == 422
    assert "stands above already" in refused.text
    past = staff.post(at, data=sent(page, {"starts_at": "2020-12-01T17:00", "own_place": "Online"}, "starts_at"))
    assert "This is in the past" in past.text
    good = {"starts_at": "2026-12-02T17:00", "second": "2026-12-01T17:00", "own_place": "Online"}
    assert staff.post(at, data=sent(page, good, "starts_at")).status_code == 302
    meeting = staff.get(f"/events/{event.key}/meetings/{number}").text
    assert meeting.count("no answer yet") == 4
    assert "Times held for answers" in staff.get(f"/events/{event.key}/timetable").text
    assert staff.post(f"{at}/withdraw", data={}).status_code == 302
    assert "Times held for answers" not in staff.get(f"/events/{event.key}/timetable").text


def test_each_side_is_told_where_the_clocks_of_the_other_change(offered: Offered) -> None:
    for side, zone in ((0, "Asia/Tokyo"), (1, "Europe/Berlin")):
        offered.conference.sides[side].delegates[0].time_zone = zone
    spring = NOW.replace(year=2027, month=3, day=29)
    times = [(spring + timedelta(days=day), spring + timedelta(days=day, hours=1)) for day in (0, 1)]
    offer_times(offered.meeting, times, own_place="Online", actor=offered.conference.coordinator, now=NOW)
    assert all("The clocks in Berlin change on Sun, 28 March 2027" in Sent(mail).text for mail in mails())
