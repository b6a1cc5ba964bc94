"""A small table as a museum might have it."""

import csv
import random

KINDS = ("jug", "plate", "bowl")


def write_pots(path, count=60):
    """A row per pot; titles tell something about the kind, and a few are wrong."""
    generator = random.Random(0)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["number", "title", "kind", "year"])
        for n in range(count):
            word = ("neck", "rim", "foot")[n % 3 if n % 7 else (n + 1) % 3]
            words = generator.sample(["red", "old", "glazed", "large", "small", "fine"], 3)
            writer.writerow([f"K{n:03d}", f"{' '.join(words)} {word}", KINDS[n % 3], 1800 + n])
    return path
