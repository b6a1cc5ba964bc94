"""What optimisers, schedules and metrics promise."""
