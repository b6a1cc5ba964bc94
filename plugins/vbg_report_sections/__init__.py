"""Plugin `report_sections`: sections of the report of a run that are chosen by `report`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from vbg_framework import Component, Config, hookimpl


class MembersConfig(Config):
    """No options."""


class ReliabilityConfig(Config):
    """Options of the report section `reliability`."""

    bins: Annotated[int, Field(ge=2, le=50)] = 10
    """Groups of equal width in which answers are counted by their probability."""


@hookimpl
def vbg_components() -> list[Component]:
    """Declare the sections."""
    return [
        Component("report_section", "members", MembersConfig, "vbg_report_sections.members:Members"),
        Component("report_section", "reliability", ReliabilityConfig, "vbg_report_sections.reliability:Reliability"),
    ]
