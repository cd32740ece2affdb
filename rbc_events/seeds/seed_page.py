"""What the features above show on a seed's page. Each adds its own parts in its blueprint."""

from rbc_events.page_parts import Part

of_readers: list[Part] = []
of_owners: list[Part] = []  # for those who write the seed
of_own_list: list[Part] = []  # on the list of the seeds that somebody writes; it is about their organisations
