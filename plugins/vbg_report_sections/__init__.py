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


class RiskCoverageConfig(Config):
    """Options of the report section `risk_coverage`."""

    accuracies: Annotated[list[Annotated[float, Field(gt=0, le=1)]], Field(min_length=1)] = [0.8, 0.9, 0.95, 0.99]
    """Accuracies, 0..1, for which the table says how many answers reach them."""


@hookimpl
def vbg_components() -> list[Component]:
    """Declare the sections."""
    package = "vbg_report_sections"
    return [
        Component("report_section", "members", MembersConfig, f"{package}.members:Members"),
        Component("report_section", "reliability", ReliabilityConfig, f"{package}.reliability:Reliability"),
        Component("report_section", "risk_coverage", RiskCoverageConfig, f"{package}.risk_coverage:RiskCoverage"),
    ]
