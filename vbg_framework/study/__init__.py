"""Studies: augmenters compared under equal conditions, from a registered plan to a report."""
