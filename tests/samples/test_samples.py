"""The sample files are whole and consistent before any importer reads them."""

import csv
import re
from collections import Counter
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import rbc_events
from rbc_events.samples.loading import conference_day, is_working_day

SAMPLES = Path(rbc_events.__file__).parent / "samples"
FILES = sorted(path.name for path in SAMPLES.glob("*.csv"))
TOKEN = re.compile(r"(today|conference)([+-]\d+)(T\d\d:\d\d)?")


@cache
def rows(name: str) -> list[dict[str, str]]:
    with (SAMPLES / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def values(name: str, column: str) -> set[str]:
    return {row[column] for row in rows(name)}


def items(cell: str) -> list[str]:
    return cell.split(";") if cell else []


def instant(text: str) -> datetime:
    """A date, an instant, or a token for either, as a local instant (for comparing)."""
    match = TOKEN.fullmatch(text)
    if match is None:
        return datetime.fromisoformat(text)
    day = date(2030, 1, 1) + timedelta(days=int(match[2]) + (90 if match[1] == "conference" else 0))
    return datetime.fromisoformat(f"{day}{match[3] or 'T00:00'}")


@pytest.mark.parametrize("name", FILES)
def test_opens_in_excel_and_has_no_ragged_row(name):
    content = (SAMPLES / name).read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content
    for row in rows(name):
        assert None not in row, f"a cell too many: {row}"
        assert None not in row.values(), f"a cell too few: {row}"
        assert all(cell == cell.strip() for cell in row.values()), row


def test_the_readme_counts_every_file():
    table = re.findall(r"^\| `([\w.-]+\.csv)` \| (\d+) \|", (SAMPLES / "README.md").read_text(encoding="utf-8"), re.M)
    assert {name: int(count) for name, count in table} == {name: len(rows(name)) for name in FILES}


@pytest.mark.parametrize("name", FILES)
def test_text_exists_in_both_languages(name):
    columns = [column for column in rows(name)[0] if column.endswith("_ja")]
    for row in rows(name):
        for ja in columns:
            en = ja.removesuffix("_ja") + "_en"
            assert bool(row[ja]) == bool(row[en]), (ja, row)
            assert row[ja].count("\n") == row[en].count("\n"), (ja, row)


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("sectors.csv", "key"),
        ("regions.csv", "code"),
        ("sources.csv", "number"),
        ("programmes.csv", "key"),
        ("events.csv", "key"),
        ("support_cases.csv", "key"),
        ("outcomes.csv", "key"),
    ],
)
def test_keys_are_unique(name, column):
    assert len(values(name, column)) == len(rows(name))


# Regions -----------------------------------------------------------------------------------------------------------


def test_region_codes_carry_their_check_digit():
    for row in rows("regions.csv"):
        digits = [int(digit) for digit in row["code"]]
        weighted = sum(digit * weight for digit, weight in zip(digits[:5], (6, 5, 4, 3, 2), strict=True))
        assert digits[5] == (11 - weighted % 11) % 10, row


def test_published_region_codes_are_among_them():
    published = {"040002", "041009", "120006", "122173", "082201", "261009", "401005", "401307"}
    assert published <= values("regions.csv", "code")


def test_all_prefectures_are_there_and_municipalities_lie_in_theirs():
    prefectures = {row["code"] for row in rows("regions.csv") if row["kind"] == "prefecture"}
    assert sorted(code[:2] for code in prefectures) == [f"{number:02}" for number in range(1, 48)]
    for row in rows("regions.csv"):
        if row["kind"] == "municipality":
            assert row["parent_code"] in prefectures
            assert row["parent_code"][:2] == row["code"][:2]


def test_region_kana_is_katakana():
    assert all(re.fullmatch(r"[ァ-ヶー]+", kana) for kana in values("regions.csv", "name_kana"))


# Programmes and events ---------------------------------------------------------------------------------------------


def test_events_point_at_what_exists():
    for event in rows("events.csv"):
        assert event["programme_key"] in values("programmes.csv", "key")
        assert event["sector_key"] in values("sectors.csv", "key")
        assert set(items(event["host_codes"])) <= values("regions.csv", "code")
    for name in ("blocks.csv", "places.csv"):
        assert values(name, "event_key") <= values("events.csv", "key")


def test_every_source_cited_exists_and_every_source_is_cited():
    cited = {
        number for name in ("programmes.csv", "events.csv") for row in rows(name) for number in items(row["source"])
    }
    for name in ("support_case_claims.csv", "outcomes.csv"):
        cited |= values(name, "source_number")
    assert cited == values("sources.csv", "number")


def test_business_connect_is_as_documented():
    hosts = {
        "bc2021-healthcare": ["040002", "240001", "261009"],
        "bc2021-factory-tech": ["400009", "401005", "401307"],
        "bc2021-travel-tech": ["010006", "260002"],
    }
    for event in rows("events.csv"):
        if event["programme_key"] == "business-connect-fy2021":
            assert items(event["host_codes"]) == hosts.pop(event["key"])
            assert (event["pitch_on"], event["mode"]) == ("2021-11-26", "online")
    assert not hosts


def test_what_no_source_states_is_blank():
    for event in rows("events.csv"):
        if event["key"].startswith(("rbc2022", "goi2022")):
            unknown = ("host_codes", "starts_on", "ends_on", "pitch_on", "registration_opens_at", "venue_ja")
            assert not any(event[column] for column in unknown), event["key"]


def test_an_event_is_a_sample_or_cites_a_source():
    for event in rows("events.csv"):
        assert (event["is_sample"] == "1") != bool(event["source"])
        assert event["sample_note_ja"], event["key"]


def test_blocks_lie_in_their_event_and_do_not_overlap():
    events = {row["key"]: row for row in rows("events.csv")}
    ends: dict[tuple[str, str], datetime] = {}
    for block in rows("blocks.csv"):
        event, day = events[block["event_key"]], instant(block["date"])
        assert instant(event["starts_on"]) <= day <= instant(event["ends_on"])
        hours, minutes = block["starts_at"].split(":")
        start = day + timedelta(hours=int(hours), minutes=int(minutes))
        slot, slots, gap = (int(block[column]) for column in ("slot_minutes", "slots", "gap_minutes"))
        assert start >= ends.get((block["event_key"], block["date"]), start), block
        ends[block["event_key"], block["date"]] = start + timedelta(minutes=slot * slots + gap * (slots - 1))


@pytest.mark.parametrize(
    ("earliest", "first"),
    [
        ("2027-02-21", "2027-02-24"),  # a Sunday, a Monday before the Emperor's birthday
        ("2027-02-25", "2027-02-25"),
        ("2027-02-26", "2027-03-01"),  # a Friday: the second day would be a Saturday
        ("2027-04-28", "2027-05-06"),
        ("2026-09-18", "2026-09-24"),  # three holidays in a row after a weekend
        ("2026-12-28", "2027-01-04"),
    ],
)
def test_the_open_conference_lies_on_working_days(earliest, first):
    assert conference_day(date.fromisoformat(earliest)) == date.fromisoformat(first)


def test_fictional_meeting_days_are_working_days():
    days = {date.fromisoformat(row["date"]) for row in rows("blocks.csv") if not TOKEN.fullmatch(row["date"])}
    assert all(map(is_working_day, days))


def test_the_open_conference_is_open_today():
    (event,) = [row for row in rows("events.csv") if row["is_sample"] == "1"]
    today = instant("today+0")
    assert instant(event["registration_opens_at"]) < today < instant(event["registration_closes_at"])
    assert instant(event["registration_closes_at"]) < instant(event["starts_on"])


# Organisations -----------------------------------------------------------------------------------------------------

ORGANISATIONS = [name for name in FILES if name.startswith("organisations-")]
REGISTRATIONS = [row for name in ORGANISATIONS for row in rows(name)]
PROFILE = ("summary", "technology", "intellectual_property", "social_issue", "japan_plan", "decision_maker")
ITEMS = ("offers", "needs", "seeds", "challenges")
FOREIGN = {"foreign_company", "foreign_affiliated"}
KINDS = FOREIGN | {
    "local_company",
    "university",
    "research_institute",
    "university_venture",
    "municipality",
}
SAMPLE_WORDS = ("Sample", "見本", "範例", "샘플")


@pytest.mark.parametrize("name", ORGANISATIONS)
def test_an_organisations_file_holds_one_event_and_nobody_twice(name):
    (event,) = values(name, "event_key")
    assert event in values("events.csv", "key")
    assert name == f"organisations-{event}.csv"
    assert len(values(name, "external_key")) == len(rows(name))


def test_organisations_are_flagged_and_visibly_fictional():
    for row in REGISTRATIONS:
        assert row["is_sample"] == "1"
        assert row["name_latin"].startswith("Sample "), row["name_latin"]
        assert any(word in row["name_native"] for word in SAMPLE_WORDS), row["name_native"]
        assert row["corporate_number"] == ""


def test_addresses_belong_to_nobody():
    for row in REGISTRATIONS:
        assert re.fullmatch(r"https://[a-z0-9.-]+\.example", row["website"]), row["website"]
        assert re.fullmatch(r"[a-z0-9.-]+@[a-z0-9-]+\.example", row["contact_email"]), row["contact_email"]


def test_coded_cells_hold_known_codes():
    stages = {"", "research", "prototype", "pilot", "market", "scaling"}
    modes = {"poc", "joint_research", "joint_development", "collaboration", "licence", "distribution"}
    modes |= {"manufacturing", "investment", "joint_venture", "office"}
    for row in REGISTRATIONS:
        assert row["kind"] in KINDS
        assert row["stage"] in stages
        assert set(items(row["collaboration_modes"])) <= modes
        assert set(items(row["partner_types"])) <= KINDS
        assert set(items(row["target_regions"])) | {row["region_code"]} <= values("regions.csv", "code") | {""}
        assert all(re.fullmatch("[a-z]{2}", code) for code in items(row["languages"]))
        assert row["contact_locale"] in {"ja", "en"}
        assert row["attends"] in {"", "in_person", "online"}
        assert row["state"] in {"approved", "submitted", "waitlisted"}
        assert ZoneInfo(row["time_zone"])


def test_who_is_abroad_has_a_plan_and_who_is_in_japan_has_a_region():
    for row in REGISTRATIONS:
        if row["country"] == "JP":
            assert row["region_code"], row["external_key"]
        else:
            assert row["kind"] in FOREIGN | {"university"}
            assert row["japan_presence"] in {"none", "agent", "office", "subsidiary"}
            assert row["japan_plan_ja"], row["external_key"]


def test_everybody_has_a_summary_offers_needs_and_a_contact():
    for row in REGISTRATIONS:
        for column in ("summary_ja", "offers_ja", "needs_ja", "contact_family_latin", "contact_given_latin"):
            assert row[column], (row["external_key"], column)
        if row["country"] == "JP":
            assert row["contact_family_kanji"], row["external_key"]
            assert row["contact_given_kanji"], row["external_key"]
        for column in ("contact_family_kana", "contact_given_kana"):
            assert re.fullmatch(r"[ァ-ヶー・]+", row[column]), row[column]


def test_languages_are_in_their_own_columns():
    japanese = re.compile(r"[ぁ-んァ-ヶ一-龠]")
    for row in REGISTRATIONS:
        for field in PROFILE + ITEMS:
            assert not japanese.search(row[f"{field}_en"]), (row["external_key"], field)
            assert not row[f"{field}_ja"] or japanese.search(row[f"{field}_ja"]), (row["external_key"], field)


def test_no_two_organisations_share_a_text():
    """An organisation may repeat itself at its next event, but no other. (Anybody may say "the founder decides".)"""
    said: dict[str, str] = {}
    for row in REGISTRATIONS:
        for field in set(PROFILE + ITEMS) - {"decision_maker"}:
            for text in (row[f"{field}_ja"], row[f"{field}_en"]):
                for line in text.splitlines():
                    assert said.setdefault(line, row["external_key"]) == row["external_key"], line


def test_an_organisation_keeps_its_identity_across_events():
    identity = ("kind", "name_native", "name_latin", "name_kana", "country", "region_code", "founded", "website")
    seen: dict[str, tuple[str, ...]] = {}
    for row in REGISTRATIONS:
        mine = tuple(row[column] for column in identity)
        assert seen.setdefault(row["external_key"], mine) == mine
    assert len({identity[1] for identity in seen.values()}) == len(seen)
    assert len({identity[2] for identity in seen.values()}) == len(seen)


@pytest.mark.parametrize("theme", ["healthcare", "factory-tech", "travel-tech"])
def test_each_business_connect_theme_has_15_foreign_companies_and_partners_in_every_host_region(theme):
    name = f"organisations-bc2021-{theme}.csv"
    (event,) = [row for row in rows("events.csv") if row["key"] == f"bc2021-{theme}"]
    assert sum(row["kind"] in FOREIGN for row in rows(name)) == 15
    assert set(items(event["host_codes"])) <= values(name, "region_code")


# Delegates, requests and interpreters ------------------------------------------------------------------------------


def test_requests_join_two_registrations_of_the_event_once():
    registered = {(row["event_key"], row["external_key"]) for row in REGISTRATIONS}
    pairs = Counter()
    for row in rows("requests.csv"):
        event, pair = row["event_key"], frozenset((row["from_key"], row["to_key"]))
        assert len(pair) == 2, row
        assert {(event, key) for key in pair} <= registered, row
        pairs[event, pair] += 1
    assert max(pairs.values()) == 1


def test_requests_are_between_foreign_and_local_organisations():
    foreign = {row["external_key"] for row in REGISTRATIONS if row["kind"] in FOREIGN or row["country"] != "JP"}
    for row in rows("requests.csv"):
        assert (row["from_key"] in foreign) != (row["to_key"] in foreign), row


def test_requests_are_answered_with_a_priority_or_a_reason():
    for row in rows("requests.csv"):
        assert row["priority"] in {"1", "2", "3"}
        assert row["needs_interpreter"] in {"", "yes", "no"}
        assert (row["answer_priority"] in {"1", "2", "3"}) == (row["answer"] == "accepted"), row
        assert bool(row["answer_note"]) == (row["answer"] == "declined"), row
        assert row["answer"] in {"accepted", "declined", "pending"}


def test_no_two_requests_carry_the_same_note():
    notes = Counter(row["note"] for row in rows("requests.csv") if row["note"])
    assert max(notes.values()) == 1
    assert len(notes) > len(rows("requests.csv")) / 2


def test_everybody_approved_at_the_open_conference_has_a_mutual_request_and_they_fit_its_slots():
    mutual = Counter(
        key
        for row in rows("requests.csv")
        if (row["event_key"], row["answer"]) == ("sample-healthcare", "accepted")
        for key in (row["from_key"], row["to_key"])
    )
    slots = sum(
        int(block["slots"])
        for block in rows("blocks.csv")
        if (block["event_key"], block["kind"]) == ("sample-healthcare", "meetings")
    )
    registrations = rows("organisations-sample-healthcare.csv")
    assert set(mutual) == {row["external_key"] for row in registrations if row["state"] == "approved"}
    assert sum(mutual.values()) // 2 == 94
    assert slots == 28
    assert max(mutual.values()) <= slots


def test_further_delegates_belong_to_a_registration():
    contacts = {(row["event_key"], row["external_key"], row["contact_email"]) for row in REGISTRATIONS}
    for row in rows("delegates.csv"):
        mine = (row["event_key"], row["external_key"])
        assert mine in {contact[:2] for contact in contacts}, row
        assert (*mine, row["email"]) not in contacts
        assert row["email"].endswith(f"@{row['external_key']}.example")
        assert ZoneInfo(row["time_zone"])


def test_interpreters_are_fictional_and_work_at_an_event():
    for row in rows("interpreters.csv"):
        assert row["event_key"] in values("events.csv", "key")
        assert row["email"].endswith("@interpreters.example")
        assert all(re.fullmatch("[a-z]{2}-[a-z]{2}", pair) for pair in items(row["languages"]))
    assert len({(row["event_key"], row["email"]) for row in rows("interpreters.csv")}) == len(rows("interpreters.csv"))


# Outcomes of the sample organisations ------------------------------------------------------------------------------


def test_sample_outcomes_are_between_organisations_of_their_event():
    registered = {(row["event_key"], row["external_key"]) for row in REGISTRATIONS}
    for row in rows("outcomes-samples.csv"):
        assert {(row["event_key"], key) for key in items(row["party_keys"])} <= registered, row


def test_an_expected_outcome_has_no_date_yet_and_every_other_has_one():
    for row in rows("outcomes-samples.csv"):
        assert row["state"] in {"expected", "agreed", "executed", "terminated"}
        assert bool(row["signed_on"]) == (row["state"] != "expected"), row
        assert len(row["signed_on"]) in {0, 4, 7, 10}
        assert bool(row["amount"]) == bool(row["currency"])


def test_one_deal_is_reported_by_both_sides():
    deals = Counter(row["deal_key"] for row in rows("outcomes-samples.csv") if row["deal_key"])
    assert list(deals.values()) == [2]


# Support cases -----------------------------------------------------------------------------------------------------


def test_claims_and_outcomes_belong_to_a_case():
    cases = values("support_cases.csv", "key")
    for name in ("support_case_claims.csv", "outcomes.csv"):
        assert values(name, "case_key") == cases


def test_one_claim_a_fact_is_shown():
    facts = {(row["case_key"], row["field"]) for row in rows("support_case_claims.csv")}
    shown = Counter(
        (row["case_key"], row["field"]) for row in rows("support_case_claims.csv") if row["preferred"] == "1"
    )
    assert shown == Counter(facts)


def test_both_dates_of_the_arjuna_agreement_are_kept_and_2021_is_shown():
    claims = [
        (row["value_en"], row["source_number"], row["preferred"])
        for row in rows("support_case_claims.csv")
        if (row["case_key"], row["field"]) == ("arjuna-ncc", "agreement_signed")
    ]
    assert set(claims) == {
        ("September 2021", "1", "1"),
        ("September 2021", "2", "0"),
        ("September 2021", "3", "0"),
        ("September 2019", "0", "0"),
    }


def test_dates_are_written_as_precisely_as_they_are_known():
    for outcome in rows("outcomes.csv"):
        for column in ("signed_on", "published_on", "differing_signed_on"):
            assert re.fullmatch(r"(\d{4}(-\d\d(-\d\d)?)?)?", outcome[column]), outcome


def test_the_sample_seeds_are_whole_fictional_and_in_both_languages() -> None:
    seeds = rows("seeds.csv")
    assert len(seeds) >= 12
    assert sum(bool(row["confidential_ja"] and row["confidential_en"]) for row in seeds) >= 3
    organisations = {row["external_key"]: row for row in rows("organisations-goi2022-healthcare.csv")}
    for row in seeds:
        assert all(row[f"{name}_{code}"] for name in ("title", "summary", "uses", "abstract") for code in ("ja", "en"))
        assert organisations[row["organisation_key"]]["is_sample"] == "1"
        assert row["contact_email"].endswith(".example")
        # Numbers of patents that were never given: of the year 2099, or above all that have been.
        numbers = [number for number in row["patent_numbers"].split(";") if number]
        assert all("2099" in number or "99" in number.split()[1][:3] for number in numbers)
    lines = [line for row in organisations.values() for line in row["seeds_en"].splitlines()]
    assert not [line for line in lines if "researcher" in line], "people stand on the seed, not in its line"
