"""How large a file may be. A programme of 1,000 organisations with long profiles in two languages takes about 5 MB."""

MOST_BYTES = 10 * 1024 * 1024
MOST_UNPACKED_BYTES = 80 * 1024 * 1024
MOST_PARTS = 500
MOST_ROWS = 20_000
MOST_COLUMNS = 200
LONGEST_CELL = 20_000

# What makes Excel take a text for a formula; the full-width ones do in Japanese Excel.
FORMULA_SIGNS = frozenset("=+-@＝＋－＠")
