"""Records between records."""
