"""What the cells of a catalogue mean: text, numbers, years, labels, paths."""
