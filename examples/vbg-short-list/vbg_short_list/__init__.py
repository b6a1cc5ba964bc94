"""Plugin `short_list`: what lists of likely classes are worth to people, and the classes as a vocabulary."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from vbg_framework import Component, Config, hookimpl

Places = Annotated[int, Field(ge=1)]


class TopConfig(Config):
    """Options of the metric `top_k`."""

    k: Places = 3
    """Classes on the list."""


class ShortListConfig(Config):
    """Options of the report section `short_list`."""

    longest: Places = 5
    """Length of the longest list that is tried."""


class SkosConfig(Config):
    """Options of the exporter `skos`."""

    base: str = "https://example.org/classes/"
    """What the addresses of the concepts begin with."""
    language: str = "en"
    """Language of the names of classes, such as de."""


@hookimpl
def vbg_components() -> list[Component]:
    """Declare metric, section and exporter."""
    return [
        Component("metric", "top_k", TopConfig, "vbg_short_list.metric:TopK", tiny={"k": 1}),
        Component("report_section", "short_list", ShortListConfig, "vbg_short_list.section:ShortList"),
        Component("exporter", "skos", SkosConfig, "vbg_short_list.exporter:Skos"),
    ]
