"""A run from its start to its report, and the use of its model."""
