"""Who is recommended to whom. Kinds are the values of an organisation's kind."""

FOREIGN = frozenset({"foreign_company", "foreign_affiliated"})
LOCAL = frozenset({"local_company", "university", "research_institute", "university_venture", "municipality"})


def partners_of(kind: str) -> frozenset[str]:
    """The programmes bring foreign companies and the region's organisations together, not either side with itself."""
    return LOCAL if kind in FOREIGN else FOREIGN
