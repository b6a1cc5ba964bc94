"""Plugin `writers`: the kinds of table that predictions are written as."""

from __future__ import annotations

from vbg_framework import Component, Config, hookimpl

CLASSES = {"csv": "tables:Csv", "jsonl": "tables:JsonLines", "parquet": "tables:Parquet", "xlsx": "tables:Spreadsheet"}
CLASSES |= {"xml": "exchange:Lido", "cspace_csv": "exchange:CollectionSpaceCsv", "jsonld": "exchange:WebAnnotations"}
"""Suffix, with `_` for a point inside, -> module and class."""


class WriterConfig(Config):
    """No options."""


@hookimpl
def vbg_components() -> list[Component]:
    """Declare the writers."""
    return [Component("writer", suffix, WriterConfig, f"vbg_writers.{name}") for suffix, name in CLASSES.items()]
