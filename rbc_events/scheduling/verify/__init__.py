"""Checks a plan and its certificate with code of its own: nothing here is shared with what solves."""
