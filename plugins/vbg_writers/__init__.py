"""Plugin `writers`: the kinds of table that predictions are written as."""

from __future__ import annotations

from vbg_framework import Component, Config, hookimpl

CLASSES = {"csv": "Csv", "jsonl": "JsonLines", "parquet": "Parquet", "xlsx": "Spreadsheet"}
"""Suffix -> class."""


class WriterConfig(Config):
    """No options."""


@hookimpl
def vbg_components() -> list[Component]:
    """Declare the writers."""
    return [Component("writer", suffix, WriterConfig, f"vbg_writers.tables:{name}") for suffix, name in CLASSES.items()]
