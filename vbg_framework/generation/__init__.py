"""Generated training records: requested, generated, verified, stored and mixed in."""
