"""What data sets promise."""
