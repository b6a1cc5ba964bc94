"""Statistics of a prepared data set."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from datasets import Dataset
from PIL import Image

from vbg_framework.base.errors import VBGError
from vbg_framework.config.experiment import SplitConfig
from vbg_framework.contracts.record import classes_of
from vbg_framework.data.card.repeats import default_warnings
from vbg_framework.data.catalogue.spelling import alike
from vbg_framework.data.preparation.columns import META, TARGET, TEXT
from vbg_framework.data.preparation.prepared import Prepared
from vbg_framework.data.preparation.splits import Splits

MOST_IMAGES = 20_000
"""Images whose size is read; of larger sets a random part."""
EXAMPLES = 50
QUANTILES = {"least": 0.0, "5 %": 0.05, "median": 0.5, "95 %": 0.95, "most": 1.0}


def census(prepared: Prepared, config: SplitConfig | None = None) -> dict[str, Any]:
    """Count records per task, class, split and licence, and measure images and texts. Ready for JSON.

    Args:
        prepared: the data set.
        config: how it is divided for the counts per split.
    """
    info = prepared.info
    splits, problem = _splits(prepared, config or SplitConfig())
    return {
        **{key: info[key] for key in ("name", "component", "config", "fingerprint", "records", "groups")},
        "modalities": info["modalities"],
        "split": {"used": splits.used, "records": {name: len(part) for name, part in splits.data.items()}}
        if splits
        else {"problem": problem},
        "tasks": [_task(prepared, task.name, splits) for task in prepared.tasks],
        "licences": _licences(prepared, splits),
        "images": _images(prepared.table),
        "texts": {field: _lengths(prepared.table.data.column(TEXT + field)) for field in prepared.text_fields},
        "metadata": {
            field: _known(prepared.table.data.column(META + field)) | info["metadata"][field]
            for field in prepared.metadata_fields
        },
        "duplicates": info["duplicates"],
        "warnings": default_warnings(prepared, config),
        "skipped": info.get("skipped", {}),
        "corrections": info.get("corrections"),
        "quarantine": _quarantine(prepared),
    }


def _splits(prepared: Prepared, config: SplitConfig) -> tuple[Splits | None, str]:
    try:
        return prepared.split(config, [task.name for task in prepared.tasks]), ""
    except VBGError as error:
        return None, str(error)


def _task(prepared: Prepared, name: str, splits: Splits | None) -> dict[str, Any]:
    task = next(task for task in prepared.info["tasks"] if task["name"] == name)
    parts = {split: _labels(part, name) for split, part in splits.data.items()} if splits else {}
    classes = {
        label: {"records": count, **{split: result[label] for split, result in parts.items()}}
        for label, count in task["counts"].items()
    }
    missing = prepared.info["records"] - task["labelled"]
    facts = {"name": name, "multi_label": task["multi_label"], "missing": missing, "alike": alike(list(task["counts"]))}
    return facts | {"classes": classes}


def _labels(data: Dataset, task: str) -> Counter[str]:
    labels = data[TARGET + task][:]
    return Counter(name for label in labels for name in classes_of(label))


def _licences(prepared: Prepared, splits: Splits | None) -> dict[str, dict[str, int]]:
    parts = {split: Counter(part["licence"][:]) for split, part in splits.data.items()} if splits else {}
    every = sorted(prepared.info["licences"].items(), key=lambda item: -item[1])
    return {
        licence: {"records": count, **{split: result[licence] for split, result in parts.items()}}
        for licence, count in every
    }


def _images(table: Dataset) -> dict[str, Any]:
    column = table.data.column("image")
    rows = np.flatnonzero(column.is_valid().to_numpy())
    if len(rows) > MOST_IMAGES:
        rows = np.sort(np.random.default_rng(0).permutation(rows)[:MOST_IMAGES])
    heads = [_head(column[int(row)]["bytes"].as_py()) for row in rows]
    if not heads:
        return {"measured": 0}
    formats, widths, heights, sizes = zip(*heads, strict=True)
    measures = {"width in px": widths, "height in px": heights, "bytes": sizes}
    spread = {name: _spread(values) for name, values in measures.items()}
    return {"measured": len(heads), "formats": dict(Counter(formats)), "sizes": spread}


def _head(data: bytes) -> tuple[str, int, int, int]:
    with Image.open(io.BytesIO(data)) as image:
        return image.format or "", *image.size, len(data)


def _lengths(column: pa.ChunkedArray) -> dict[str, Any]:
    lengths = pc.utf8_length(column).drop_null().to_numpy()
    return _known(column) | ({"characters": _spread(lengths)} if len(lengths) else {})


def _spread(values: Iterable[float]) -> dict[str, int]:
    result = np.quantile(np.asarray(values), list(QUANTILES.values()), method="nearest")
    return dict(zip(QUANTILES, map(int, result), strict=True))


def _known(column: pa.ChunkedArray) -> dict[str, int]:
    return {"records": len(column) - column.null_count, "missing": column.null_count}


def _quarantine(prepared: Prepared) -> dict[str, Any]:
    with pq.ParquetFile(prepared.folder / "quarantine.parquet") as file:
        first: list[Mapping[str, str]] = next((b.to_pylist() for b in file.iter_batches(EXAMPLES)), [])
    return {"records": prepared.info["quarantined"], "reasons": prepared.info["reasons"], "examples": first}
