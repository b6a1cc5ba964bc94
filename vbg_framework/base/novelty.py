"""Why something was not found among what is kept: in what it differs from the most similar entry. Light."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def novelty(made_of: Mapping[str, Any], earlier: Iterable[Mapping[str, Any]]) -> list[str]:
    """The aspects in which the most similar earlier entry is another one, in the order of `made_of`.

    Args:
        made_of: aspect -> whatever the thing was made of, ready for JSON.
        earlier: the same of entries that are kept, the oldest first; of equally similar ones the newest counts.

    Returns:
        names of aspects; none if nothing is kept, or if an entry is the same.
    """
    differing = [[name for name in made_of if made_of[name] != other.get(name)] for other in earlier]
    return min(reversed(differing), key=len, default=[])
