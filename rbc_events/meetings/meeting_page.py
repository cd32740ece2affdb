"""What the features above show on a meeting's page. Meetings know none of them: each adds its own in its blueprint."""

from rbc_events.page_parts import Part

actions: list[Part] = []  # beside the title
main: list[Part] = []  # below who meets
