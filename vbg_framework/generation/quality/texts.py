"""Whether generated texts are varied, and whether they are new."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from vbg_framework.base.seeds import derive

WORD = re.compile(r"\w+")
Text = Mapping[str, str]  # field -> text


def text_quality(made: Sequence[Text], known: Sequence[Text], *, seed: int) -> dict[str, Any]:
    """Compare generated texts with those of training. Case and spaces do not count.

    `distinct_1` and `distinct_2` are the shares of words, and of pairs of neighbouring words, that are different ones
    (Li et al., "A diversity-promoting objective function", NAACL 2016). They fall with the amount of text, so the real
    texts beside them are as many.

    Returns:
        n, duplicates (share of texts that repeat an earlier one), in_training (share of texts that occur in training
        word for word), distinct_1, distinct_2, and real (n, distinct_1, distinct_2 of as many real texts, or None).
    """
    mine, theirs = ([_plain(text) for text in side] for side in (made, known))
    count, trained = min(len(mine), len(theirs)), set(theirs)
    drawn = np.random.default_rng(derive(seed, "texts")).permutation(len(theirs))[:count].tolist()
    return {
        "n": len(mine),
        "duplicates": 1 - len(set(mine)) / len(mine),
        "in_training": sum(text in trained for text in mine) / len(mine),
        **_distinct(mine[:count] or mine),
        "real": {"n": count, **_distinct([theirs[row] for row in drawn])} if count else None,
    }


def _plain(text: Text) -> str:
    """All fields in a fixed order, in lower case, with single spaces."""
    return "\n".join(" ".join(text[field].lower().split()) for field in sorted(text) if text[field])


def _distinct(texts: Sequence[str]) -> dict[str, float | None]:
    words = [WORD.findall(text) for text in texts]
    pairs = [list(pairwise(one)) for one in words]
    return {"distinct_1": _share(words), "distinct_2": _share(pairs)}


def _share(parts: Sequence[Sequence[Any]]) -> float | None:
    total = sum(map(len, parts))
    return len({part for some in parts for part in some}) / total if total else None
