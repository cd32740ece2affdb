"""Who is recommended to whom. Kinds are the values of an organisation's kind."""

FOREIGN = frozenset({"foreign_company", "foreign_affiliated"})
LOCAL = frozenset({"local_company", "university", "research_institute", "university_venture", "municipality"})


def may_meet(one: str, other: str) -> bool:
    """The programmes bring foreign companies and the region's organisations together, not either side with itself."""
    return (one in FOREIGN and other in LOCAL) or (one in LOCAL and other in FOREIGN)
