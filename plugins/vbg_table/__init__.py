"""Table data sets."""
