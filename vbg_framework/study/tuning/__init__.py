"""Equal tuning: every arm of a study gets the same number of trials, scored on validation records alone."""
