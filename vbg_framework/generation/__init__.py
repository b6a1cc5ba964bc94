"""New training records: how many are asked for, made, checked, stored and mixed in."""
