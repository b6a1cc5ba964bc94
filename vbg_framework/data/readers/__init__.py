"""Rows of tables, whatever file they come in, and pictures of a folder."""
