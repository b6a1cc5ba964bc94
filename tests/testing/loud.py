"""A module that declares options and greets."""

import good

print("Welcome to loud.")


class Loud(good.Small):
    """Options."""
