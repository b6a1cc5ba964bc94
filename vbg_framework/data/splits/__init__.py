"""Training, validation and test: whole groups, and clusters of near copies."""
