"""The columns of a prepared data set.

`id, group, split, licence, source, sha256, phash, image`, then `text_<field>`, `target_<task>`, `meta_<field>`,
`input_<modality>` with `hash_<modality>`, `cluster`, and, where a record has several pictures, `view_of`: its id.
Null = missing. `sha256` and `phash` (see `hashes`) are those of the stored image.
"""

from __future__ import annotations

from collections.abc import Iterable

TEXT, TARGET, META = "text_", "target_", "meta_"
FIXED = ("id", "group", "split", "licence", "source", "sha256", "phash")
CLUSTER, VIEW_OF = "cluster", "view_of"


def names(columns: Iterable[str], prefix: str) -> tuple[str, ...]:
    """The fields or tasks behind the columns with this prefix, in order."""
    return tuple(column.removeprefix(prefix) for column in columns if column.startswith(prefix))
