"""From the files of a sample to the inputs of a record."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from vbg_framework.toolkit import CellError, Described
from vbg_webdataset import WebDatasetConfig
from vbg_webdataset.samples import Sample


class Content:
    """Reads samples; a field whose key is not in the .json file is left out.

    Args:
        config: which keys mean what.
        columns: field -> its key, where they differ.
    """

    def __init__(self, config: WebDatasetConfig, columns: Mapping[str, str]) -> None:
        self.described = Described({field: (field, None) for field in config.text}, config.metadata)
        self.keys = {field: columns.get(field, field) for field in self.described.columns}

    def __call__(self, sample: Sample, row: Mapping[str, Any]) -> dict[str, Any]:
        """Modality -> raw item.

        Raises:
            CellError: a value or a file cannot be read.
        """
        inputs: dict[str, Any] = {} if sample.image is None else {"image": sample.image}
        inputs |= self.described({field: row[key] for field, key in self.keys.items() if key in row})
        if "txt" in sample.notes:
            inputs["text"] = {**inputs.get("text", {}), "text": decoded("txt", sample.notes["txt"])}
        return inputs


def needed(config: WebDatasetConfig) -> list[str]:
    """The kinds of files that a sample must have to be complete."""
    named = (config.group, config.split, config.licence_key)
    reads_json = config.targets or config.text or config.metadata or any(named)
    return (["json"] if reads_json else []) + (["cls"] if config.cls else [])


def read_row(sample: Sample) -> Mapping[str, Any]:
    """The .json file; without one there are no keys.

    Raises:
        CellError: it holds no JSON object.
    """
    try:
        row = json.loads(sample.notes.get("json", b"{}"))
    except (ValueError, RecursionError) as error:
        raise CellError(f"json file is not JSON, got {error}") from error
    if not isinstance(row, dict):
        raise CellError(f"json file does not hold an object, got {type(row).__name__}")
    return row


def decoded(kind: str, content: bytes) -> str:
    """The text of a file.

    Raises:
        CellError: it is not UTF-8.
    """
    try:
        return content.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise CellError(f"{kind} file is not UTF-8, got {error}") from error
