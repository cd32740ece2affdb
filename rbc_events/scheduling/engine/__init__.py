"""The general engine: every rule and every level, by CP-SAT inside large neighbourhood search."""
