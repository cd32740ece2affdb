"""What the features above show on a relationship's pages. Each adds its own parts in its blueprint."""

from rbc_events.page_parts import Part

of_staff: list[Part] = []  # below the stages; of the relationship
of_side: list[Part] = []  # the same on a side's page; of the relationship and the side
of_partners: list[Part] = []  # below the list of partners; of the numbers of the reader's organisations
