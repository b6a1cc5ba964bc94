"""Records in columns, in memory: what a query searches and filters. n records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vbg_framework.ui.labels import Labels


class Catalogue:
    """Records by place: 0 to n - 1.

    Args:
        ids: of the n records.
        parts: (n,) a number into `PARTS` each.
        missing: modality -> (n,) whether the record lacks it.
        labels: task -> `Labels`.
        words: (n,) all that is searched, as one text each.
    """

    def __init__(
        self, ids: Sequence[str], parts: np.ndarray, missing: Mapping[str, np.ndarray], labels: dict[str, Labels],
        words: pa.Array,
    ) -> None:  # fmt: skip
        self.ids, self.parts, self.missing, self.labels = ids, parts, missing, labels
        self._words = pc.utf8_lower(words)

    def __len__(self) -> int:
        return len(self.ids)

    def with_words(self, words: str) -> np.ndarray:
        """(n,) whether id, texts and metadata of a record hold every one of these words, in any case."""
        result = np.ones(len(self), bool)
        for word in words.lower().split():
            result &= pc.match_substring(self._words, word).to_numpy(zero_copy_only=False)
        return result
