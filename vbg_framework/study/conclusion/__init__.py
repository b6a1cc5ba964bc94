"""The result of a study, in words."""
