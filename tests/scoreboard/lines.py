"""The lines of the scoreboard: what each is about, the goal, what shows it, and what shows that this could fail."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Line:
    """`tests` and `controls` are pytest's addresses of files or functions, `command` a module of ours with arguments
    (status 0: reached). `size`: the environment that makes the tests as large as the goal says."""

    number: int
    about: str
    goal: str
    tests: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    size: Mapping[str, str] = field(default_factory=dict)


RACES = "tests/timetable/test_races.py"
JUDGES = "tests/calendars/test_judges_agree.py"
CONTENT = "tests/calendars/test_content.py"
SIGNING_IN = "tests/accounts/test_signing_in.py"

LINES = (
    Line(
        1,
        "double booking, both databases",
        "0 in 10,000 attempts",
        (
            f"{RACES}::test_nobody_is_double_booked_whatever_four_coordinators_do_at_once",
            f"{RACES}::test_nobody_is_at_two_events_at_once_whatever_their_coordinators_do",
        ),
        (
            f"{RACES}::test_the_race_is_real_without_the_guards",
            f"{RACES}::test_the_race_of_two_events_is_real_without_the_guards",
        ),
        size={"RBC_RACES": "53"},  # 48 attempts each time, on each database, in each of the two tests
    ),
    Line(
        2,
        "cancel or withdraw against applying or publishing a plan",
        "0 violations in 200 races",
        (
            f"{RACES}::test_calling_a_meeting_off_while_a_plan_is_taken_over",
            "tests/registration/test_races.py::test_who_withdraws_while_the_timetable_is_published_leaves_no_meeting",
            "tests/registration/test_races.py::test_who_withdraws_while_the_other_side_accepts_has_no_meeting",
        ),
        size={"RBC_RACES": "50"},
    ),
    Line(
        3,
        "lost updates",
        "0 in 500; the stale one gets 409",
        (
            f"{RACES}::test_of_two_who_save_the_same_form_at_the_same_moment_one_is_told",
            "tests/test_editing.py::test_who_saves_second_is_told_and_keeps_what_was_typed",
        ),
        ("tests/test_editing.py::test_who_saves_alone_is_never_stopped",),
        size={"RBC_RACES": "42"},
    ),
    Line(
        4,
        "double submit",
        "1 row, 1 mail in 500",
        (
            f"{RACES}::test_both_sides_ask_each_other_twice_at_the_same_moment",
            "tests/registration/test_registering.py::test_a_form_sent_twice_is_one_registration_and_sending_twice_one_mail",
        ),
        size={"RBC_RACES": "167"},
    ),
    Line(
        5,
        '"database is locked"',
        "0 in 5,000 writes by 8 writers",
        ("tests/scoreboard/test_locked.py::test_nobody_is_told_that_the_database_is_locked",),
        ("tests/scoreboard/test_locked.py::test_sqlites_own_transactions_tell_somebody_so",),
        size={"RBC_WRITERS": "8", "RBC_WRITES": "625"},
    ),
    Line(
        6,
        "mail lost",
        "0 of 1,000 with kill -9 at each step",
        ("tests/outbox/test_killing.py",),
        size={"RBC_KILLS": "50"},
    ),
    Line(
        7,
        "mail repeated",
        "at most one per kill, same Message-ID",
        ("tests/outbox/test_killing.py",),
        size={"RBC_KILLS": "50"},
    ),
    Line(
        8,
        "worker killed while it optimises",
        "resumed within 60 s, 0 partial schedules in 50 kills",
        ("tests/timetable/test_killed_worker.py",),
        size={"RBC_KILLS": "50"},
    ),
    Line(
        9,
        "import fault",
        "0 partial rows, at every row",
        (
            "tests/sheet_import/test_engine.py::test_a_fault_in_any_row_leaves_nothing_behind",
            "tests/sheet_import/test_command.py::test_a_large_sheet_with_a_fault_locks_nothing_and_leaves_nothing",
        ),
        ("tests/sheet_import/test_engine.py::test_what_was_in_the_transaction_before_survives_a_fault",),
    ),
    Line(
        10,
        "time zones",
        "0 errors, 20 zones x 4 transitions",
        (
            f"{JUDGES}::test_times_around_four_daylight_saving_transitions_in_twenty_zones",
            "tests/calendars/test_zones.py",
        ),
    ),
    Line(
        11,
        "iTIP violations by libical",
        "0 over all methods and states",
        (f"{JUDGES}::test_every_state_of_a_meeting_is_read_the_same_by_all",),
        (f"{JUDGES}::test_libical_would_find_what_is_missing",),
    ),
    Line(
        12,
        "parsers agree on UID, times, summary",
        "100 %",
        (
            f"{JUDGES}::test_every_state_of_a_meeting_is_read_the_same_by_all",
            f"{JUDGES}::test_a_feed_of_many_zones_and_years_is_read_the_same_by_all",
            f"{CONTENT}::test_titles_arrive_as_they_were_written_at_every_reader",
        ),
    ),
    Line(
        13,
        "folding and CR/LF injection",
        "0 over hostile strings x fields x line breaks",
        (
            f"{CONTENT}::test_no_text_in_any_field_starts_a_property_of_its_own",
            f"{CONTENT}::test_every_line_is_whole_and_at_most_75_octets",
            f"{CONTENT}::test_folding_never_cuts_a_character",
            "tests/calendars/test_message.py::test_no_text_becomes_a_header",
        ),
    ),
    Line(
        14,
        "other people's addresses in mail or feed",
        "0",
        (
            f"{CONTENT}::test_one_copy_names_one_attendee_unless_both_sides_agreed",
            f"{CONTENT}::test_a_feed_never_holds_an_attendee",
            "tests/meetings/test_feeds.py::test_everybody_reads_their_own_calendar_and_nobodys_address",
        ),
    ),
    Line(
        15,
        "hostile .ics read (replies)",
        "0 uncaught, at most 1 s each",
        (
            "tests/calendars/test_reply.py::test_hostile_strings_in_every_place_give_an_answer_or_a_refusal",
            "tests/calendars/test_reply.py::test_no_calendar_of_other_projects_test_suites_crashes_or_takes_a_second",
            "tests/calendars/test_reply.py::test_a_line_made_to_be_slow_is_read_in_time",
            "tests/calendars/test_bounce.py::test_hostile_reports_never_raise",
            "tests/meetings/test_answers.py::test_hostile_mails_are_refused_and_change_nothing",
        ),
    ),
    Line(
        16,
        "authorisation matrix",
        "100 % of routes x roles x own / other organisation / other event",
        (
            "tests/permissions/test_every_route.py::test_a_route_opens_to_those_listed_and_to_nobody_else",
            "tests/permissions/test_every_route.py::test_every_route_is_listed",
            "tests/permissions/test_read_only_role.py",
        ),
        ("tests/permissions/test_every_route.py::test_the_matrix_finds_a_route_nobody_listed",),
    ),
    Line(
        17,
        "confidential outcomes",
        "0 leaks by canaries in pages, exports, logs, feeds, mail",
        ("tests/outcomes/test_who_sees_what.py",),
    ),
    Line(
        18,
        "XSS",
        "0 executions per field in Chromium, CSP off, then on",
        ("tests/browser/test_scripts.py::test_no_text_of_any_field_runs",),
        ("tests/browser/test_scripts.py::test_what_is_planted_would_run",),
        size={"RBC_POLICIES": "both"},
    ),
    Line(
        19,
        "CSRF, mass assignment, open redirect",
        "0 of all POST routes, extra fields, next values",
        (
            "tests/test_web.py::test_a_form_without_its_token_is_refused",
            "tests/test_web.py::test_what_another_site_sends_fills_in_no_form_and_ends_no_session",
            "tests/test_hostile_forms.py",
            f"{SIGNING_IN}::test_after_signing_in_nobody_is_sent_to_another_site",
            f"{SIGNING_IN}::test_a_hostile_target_ends_on_the_first_page_wherever_it_comes_from",
        ),
    ),
    Line(
        20,
        "live formula cells in exports",
        "0, leading blanks included",
        (
            "tests/sheet_export/test_lists.py::test_nothing_that_goes_out_is_a_formula_and_hostile_strings_come_back",
            "tests/sheets/test_sheets.py",
            "tests/reports/test_pages.py::test_files_hold_the_tables_and_no_live_formula",
        ),
    ),
    Line(
        21,
        "uploads",
        "0 served inline; traversal, SVG, zip bomb refused",
        (
            "tests/registration/test_uploads.py",
            "tests/sheet_import/test_bad_input.py::test_an_svg_with_a_script_is_no_logo_whatever_it_is_called",
            "tests/sheets/test_sheets.py::test_a_zip_bomb_is_refused_before_it_unpacks",
        ),
    ),
    Line(
        22,
        "Host header, mail headers, enumeration",
        "0 poisoned; median gap < 5 % over 200 pairs",
        (
            "tests/test_web.py::test_in_production_other_hosts_names_are_refused",
            f"{SIGNING_IN}::test_the_link_is_made_from_our_own_address_and_works_once",
            f"{SIGNING_IN}::test_asking_for_a_link_answers_alike_for_known_and_unknown_addresses",
            "tests/calendars/test_message.py::test_no_text_becomes_a_header",
        ),
        command=("benchmarks.enumeration",),
    ),
    Line(
        23,
        "tokens",
        "at least 128 bits, hashed, revoked within 1 s, 0 in logs",
        (
            f"{SIGNING_IN}::test_tokens_are_long_and_kept_hashed",
            f"{SIGNING_IN}::test_a_new_password_ends_every_session",
            "tests/accounts/test_sign_ins.py",
            "tests/accounts/test_links.py",
            "tests/test_logs.py",
        ),
    ),
    Line(
        24,
        "scanners",
        "0 high (bandit), 0 serious axe findings; a planted bug is found",
        ("tests/scoreboard/test_scanners.py::test_bandit_finds_nothing_high", "tests/browser/test_every_page.py"),
        ("tests/scoreboard/test_scanners.py::test_bandit_finds_what_is_planted",),
        size={"RBC_SCANNED": "rbc_events"},
    ),
    Line(
        25,
        "bookings under load, real writes",
        "600/min on SQLite, 1,200/min on PostgreSQL, p95 < 1 s, errors < 0.1 %",
        command=("benchmarks.writes",),
    ),
    Line(
        26,
        "backup, restore, upgrade",
        "nothing lost at the snapshot, 0 differences",
        ("tests/operating/test_backup.py", "tests/test_upgrading.py"),
        ("tests/operating/test_backup.py::test_rows_are_of_one_moment_while_others_write[sqlite-False]",),
    ),
)
