"""What everything that is fitted promises."""
