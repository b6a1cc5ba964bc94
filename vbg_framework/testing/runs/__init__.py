"""What components promise that work beside or after a run."""
