"""What a model's answers rest on: labels to doubt, and records alike."""
