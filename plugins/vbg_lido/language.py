"""Which language the values of a field are taken in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

Spoken = tuple[str, str]
"""A language tag in lower case, "" = none, and a value."""


class Languages:
    """Takes the values of a field in one language, and counts what it takes.

    The order: the languages of `wanted`, then values without a language, then the other languages in alphabetical
    order of their tags. `de` also means `de-at`, after `de` itself.

    Args:
        wanted: language tags, the most wanted first.

    Attributes:
        taken: language -> values taken.
        left: language -> values passed over in favour of another one.
    """

    def __init__(self, wanted: Sequence[str]) -> None:
        self.wanted = [tag.lower() for tag in wanted]
        self.taken: Counter[str] = Counter()
        self.left: Counter[str] = Counter()

    def __call__(self, values: Iterable[Spoken]) -> list[str]:
        """The values in the language that comes first, in order, each once."""
        results: dict[str, dict[str, None]] = {}
        for tag, text in values:
            results.setdefault(tag, {})[text] = None
        if not results:
            return []
        chosen = min(results, key=self._place)
        for tag, texts in results.items():
            (self.taken if tag == chosen else self.left)[tag] += len(texts)
        return list(results[chosen])

    def remarks(self) -> list[str]:
        """What was taken in which language, in words; nothing if there was no choice."""
        if len(self.taken) < 2 and not self.left:
            return []
        left = f"; not taken, because another language comes first: {_counts(self.left)}" if self.left else ""
        return [f"Language of the values: {_counts(self.taken)}{left}. The option `language` sets the order."]

    def _place(self, tag: str) -> tuple[int, str]:
        for index, wanted in enumerate(self.wanted):
            if tag == wanted or tag.startswith(f"{wanted}-"):
                return index, tag
        return len(self.wanted), tag


def _counts(languages: Counter[str]) -> str:
    return ", ".join(f"{tag or 'none'} {count:,}" for tag, count in sorted(languages.items()))
