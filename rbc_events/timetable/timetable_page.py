"""What features above show on the timetable's page, below its numbers. Each adds its own in its blueprint."""

from rbc_events.page_parts import Part

main: list[Part] = []
