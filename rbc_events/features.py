"""The features, in the order in which they may import one another: each knows those before it."""

from rbc_events.accounts.blueprint import blueprint as accounts
from rbc_events.cases.blueprint import blueprint as cases
from rbc_events.day.blueprint import blueprint as day
from rbc_events.directory.blueprint import blueprint as directory
from rbc_events.events.blueprint import blueprint as events
from rbc_events.follow_ups.blueprint import blueprint as follow_ups
from rbc_events.home.blueprint import blueprint as home
from rbc_events.mail.blueprint import blueprint as mail
from rbc_events.meetings.blueprint import blueprint as meetings
from rbc_events.operating.blueprint import blueprint as operating
from rbc_events.outcomes.blueprint import blueprint as outcomes
from rbc_events.privacy.blueprint import blueprint as privacy
from rbc_events.registration.blueprint import blueprint as registration
from rbc_events.relationships.blueprint import blueprint as relationships
from rbc_events.reports.blueprint import blueprint as reports
from rbc_events.seasons.blueprint import blueprint as seasons
from rbc_events.seeds.blueprint import blueprint as seeds
from rbc_events.sheet_export.blueprint import blueprint as sheet_export
from rbc_events.sheet_import.blueprint import blueprint as sheet_import
from rbc_events.timetable.blueprint import blueprint as timetable

FEATURES = (
    accounts,
    events,
    mail,
    registration,
    directory,
    seeds,
    meetings,
    timetable,
    seasons,
    relationships,
    outcomes,
    day,
    follow_ups,
    cases,
    sheet_import,
    sheet_export,
    reports,
    privacy,
    home,
    operating,
)
