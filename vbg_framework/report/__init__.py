"""What a person reads after a run: one page, made from the run folder alone."""
