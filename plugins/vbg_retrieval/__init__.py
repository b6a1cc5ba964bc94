"""Scarce classes filled from a second collection."""
