"""Solvers of two special problems, in arrays of their own, and what turns the general problem into theirs and back."""
