"""`report.html`: one page that tells what a run did, without any other file and without the network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from vbg_framework.base.run_folder import RunFolder
from vbg_framework.base.yaml_file import dump_yaml
from vbg_framework.report.inputs import read_inputs
from vbg_framework.report.samples import generated
from vbg_framework.report.sections import sections
from vbg_framework.report.view import view


def write_report(folder: Path) -> Path:
    """Write `report.html` into the folder of a finished, failed or running run and return its path.

    Everything that comes from data (class names, catalogue texts) is escaped, and the page forbids scripts.

    Raises:
        VBGError: the folder is not that of a run, or one of its files is broken.
    """
    shown = {"generated": generated(folder), "sections": sections(RunFolder(folder))}
    html = render("page.html.jinja", {**view(read_inputs(folder)), **shown})
    RunFolder(folder).write_text("report.html", html)
    return folder / "report.html"


def render(template: str, values: dict[str, Any]) -> str:
    """Fill in one of the templates of runs, data cards and studies; everything is escaped."""
    loader = ChoiceLoader([PackageLoader("vbg_framework", folder) for folder in ("report", "study/report")])
    pages = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    pages.filters |= {"number": number, "yaml": dump_yaml, "svg": Markup}
    return pages.get_template(template).render(values)


def number(value: float | None) -> str:
    """A metric with three decimals; a dash where it is undefined."""
    return "—" if value is None else f"{value:.3f}"
