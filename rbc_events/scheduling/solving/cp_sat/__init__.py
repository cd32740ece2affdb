"""CP-SAT: all rules and levels over the requests that are free to move."""
