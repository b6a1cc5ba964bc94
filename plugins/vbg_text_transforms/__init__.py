"""Random changes of catalogue texts."""
