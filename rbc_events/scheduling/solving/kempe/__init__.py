"""Annealing by Kempe chains and ejections, compiled."""
