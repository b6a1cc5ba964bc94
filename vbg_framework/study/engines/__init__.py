"""Where the runs of a study are executed, and in which order."""
