"""The gates of a fair comparison, and the evidence they look at."""
