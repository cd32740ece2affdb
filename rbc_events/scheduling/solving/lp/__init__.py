"""Bounds by linear programmes, and what their prices prove."""
