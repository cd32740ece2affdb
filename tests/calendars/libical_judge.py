"""Reads calendars with libical; run by the system's Python, which alone has its bindings (Debian's gir1.2-ical-…).

Standard input: a JSON list of calendars. Output: for each, what libical makes of it, faults first.
"""

import json
import sys

from gi.repository import ICalGLib  # the newest there is


def judge(text):
    calendar = ICalGLib.Component.new_from_string(text)
    if calendar is None:
        return {"faults": ["not parsed"], "events": []}
    calendar.check_restrictions()
    faults, events = [], []
    visit(calendar, faults, events)
    method = calendar.get_method()
    return {"faults": faults, "method": ICalGLib.Property.method_to_string(method), "events": events}


def visit(component, faults, events):
    fault = component.get_first_property(ICalGLib.PropertyKind.XLICERROR_PROPERTY)
    while fault:
        faults.append(fault.get_value_as_string())
        fault = component.get_next_property(ICalGLib.PropertyKind.XLICERROR_PROPERTY)
    if component.isa() == ICalGLib.ComponentKind.VEVENT_COMPONENT:
        events.append(
            {
                "uid": component.get_uid(),
                "sequence": component.get_sequence(),
                "summary": component.get_summary(),
                "start": seconds(component.get_dtstart()),
                "end": seconds(component.get_dtend()),
            }
        )
    inner = component.get_first_component(ICalGLib.ComponentKind.ANY_COMPONENT)
    while inner:
        visit(inner, faults, events)
        inner = component.get_next_component(ICalGLib.ComponentKind.ANY_COMPONENT)


def seconds(time):
    zone = ICalGLib.Timezone.get_utc_timezone() if time.is_utc() else time.get_timezone()
    return time.as_timet_with_zone(zone)


json.dump([judge(text) for text in json.load(sys.stdin)], sys.stdout)
