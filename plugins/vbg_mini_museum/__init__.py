"""A procedural museum collection."""
