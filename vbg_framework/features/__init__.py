"""What frozen encoders say, computed once."""
