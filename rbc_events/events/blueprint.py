"""The addresses of `events`, and what its templates and others' get of it."""

from flask import Blueprint, g
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from rbc_events.events import event_page, labels, queries
from rbc_events.events.removing import WORDS
from rbc_events.events.routes import copying, managing, places, public, removing, site, staff, vocabulary
from rbc_events.events.site import Shown, shown_site
from rbc_events.events.structured_data import event_data
from rbc_events.labels import add_labels
from rbc_events.web import FORM, POST

blueprint = Blueprint("events", __name__)
add = blueprint.add_url_rule

add("/events", "index", public.index)
add("/events/<key>", "show", public.show)

add("/programmes/<key>", "programme", public.programme)
add("/<any(privacy, imprint):kind>", "notice", site.notice)
add("/events/<key>/<any(privacy, imprint):kind>", "notice_of_event", site.notice_of_event)
add("/site/<int:number>/style.css", "site_style", site.style)
add("/site/<int:number>/logo", "site_logo", site.logo)

add("/manage/site", "site", site.edit, methods=FORM)
add("/manage/events/<key>/site", "site_of_event", site.edit_of_event, methods=FORM)
add("/manage/", "managing", managing.index)
add("/manage/programmes/new", "new_programme", managing.new_programme, methods=FORM)
add("/manage/programmes/<key>", "edit_programme", managing.edit_programme, methods=FORM)
add("/manage/programmes/<programme_key>/new-event", "new_event", managing.new_event, methods=FORM)
add("/manage/events/<key>/settings", "edit_event", managing.edit_event, methods=FORM)
add("/manage/events/<key>/days", "days", managing.days, methods=FORM)
add("/manage/events/<key>/remove", "remove_event", removing.event, methods=FORM)
add("/manage/events/<key>/days/<int:block_id>/remove", "remove_block", removing.block, methods=FORM)
add("/manage/events/<key>/days/<day>/remove", "remove_day", removing.day, methods=FORM)
add("/manage/events/<key>/copy", "copy_event", copying.copy_event, methods=FORM)
add("/manage/events/<key>/announce", "announce", copying.announce, methods=POST)
add("/manage/events/<key>/days/<day>/copy", "copy_day", copying.copy_day, methods=POST)
add("/manage/events/<key>/days/<int:block_id>", "block", copying.block, methods=FORM)
add("/manage/sectors", "sectors", vocabulary.sectors, methods=FORM)
add("/manage/sectors/<key>", "sector", vocabulary.sector, methods=FORM)
add("/manage/regions", "regions", vocabulary.regions, methods=FORM)
add("/manage/regions/<code>", "region", vocabulary.region, methods=FORM)
add("/manage/sectors/<key>/remove", "remove_sector", removing.sector, methods=FORM)
add("/manage/regions/<code>/remove", "remove_region", removing.region, methods=FORM)
add("/manage/events/<key>/places", "places", places.every_place, methods=FORM)
add("/manage/events/<key>/places/<int:place_id>", "place", places.place, methods=FORM)
add("/manage/events/<key>/places/<int:place_id>/remove", "remove_place", removing.place, methods=FORM)
add("/manage/events/<key>/places/<int:place_id>/closed", "close_place", places.close, methods=POST)
add(
    "/manage/events/<key>/places/<int:place_id>/closed/<int:closure_id>/remove",
    "open_place_again",
    places.open_again,
    methods=POST,
)

add("/manage/staff/", "staff", staff.index, methods=FORM)
add("/manage/staff/<int:number>/dismiss", "staff_remove", staff.remove, methods=POST)

blueprint.add_app_template_filter(public.days_of, "days_of")
blueprint.add_app_template_filter(queries.slots_in_blocks)
add_labels(labels.PROGRAMME_KINDS, labels.SHAPES, labels.MODES, labels.BLOCK_KINDS, labels.PLACE_KINDS)


@blueprint.app_template_global("shown_site")
def _site_around() -> Shown:
    """The site as this request's page shows it: the event's own, where the page is about an event."""
    if "site" not in g:
        g.site = shown_site(g.get("event"))
    site: Shown = g.site
    return site


blueprint.add_app_template_global(lambda: g.get("event"), "event_around")
blueprint.add_app_template_global(event_data, "event_data")
blueprint.app_context_processor(
    lambda: {"staff_tabs": event_page.staff_tabs, "participant_tabs": event_page.participant_tabs}
)

event_page.staff_tabs.add(10, "events.show", _l("Overview"))
event_page.staff_tabs.add(110, "events.days", _l("Days and slots"))
event_page.staff_tabs.add(120, "events.places", _l("Places"))
event_page.staff_tabs.add(130, "events.edit_event", _l("Settings"))
event_page.staff_tabs.add(140, "events.site_of_event", _l("Notices and looks"))
event_page.participant_tabs.add(10, "events.show", _l("Overview"))

WORDS.update(
    slots=lambda number: ngettext("%(num)d slot", "%(num)d slots", number),
    place_closures=lambda number: ngettext("%(num)d closed time", "%(num)d closed times", number),
    events=lambda number: ngettext("%(num)d event", "%(num)d events", number),
    event_hosts=lambda number: ngettext("Host of %(num)d event", "Host of %(num)d events", number),
    regions=lambda number: ngettext("%(num)d municipality", "%(num)d municipalities", number),
    grants=lambda number: ngettext("Role of %(num)d member of staff", "Roles of %(num)d members of staff", number),
)
