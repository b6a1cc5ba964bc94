"""`report.html`: one page that tells what a run did, without any other file and without the network."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, UndefinedError
from markupsafe import Markup

from vbg_framework.base.errors import VBGError
from vbg_framework.base.printable import printable
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.base.yaml_file import dump_yaml
from vbg_framework.report.evidence import evidence
from vbg_framework.report.inputs import read_inputs
from vbg_framework.report.sections import sections
from vbg_framework.report.view import view

FOLDERS = ("report", "study/report", "ui/templates")
"""Of the package, where templates lie; their names are told apart by no folder."""


def write_report(folder: Path) -> Path:
    """Write `report.html` into the folder of a finished, failed or running run and return its path.

    Everything that comes from data (class names, catalogue texts) is escaped, and the page forbids scripts.

    Raises:
        VBGError: the folder is not that of a run, or one of its files is broken.
    """
    shown = {"generated": _generated(folder), "sections": sections(RunFolder(folder))}
    inputs = read_inputs(folder)
    shown |= {"evidence": evidence(folder, inputs.run)}
    try:
        html = render("page.html.jinja", {**view(inputs), **shown})
    except (LookupError, TypeError, ValueError, AttributeError, UndefinedError) as error:
        what = f"one of its files is damaged ({type(error).__name__}: {error})"
        raise VBGError(str(folder), what, "Restore config.yaml and metrics.json, or run again.") from error
    RunFolder(folder).write_text("report.html", html)
    return folder / "report.html"


def _generated(folder: Path) -> dict[str, Any] | None:
    if not (folder / "rounds.json").exists():
        return None
    from vbg_framework.report.samples import generated  # quality measures take a second to import

    return generated(folder)


def render(template: str, values: dict[str, Any]) -> str:
    """Fill in one of the templates of runs, data cards, studies and the workbench; everything is escaped."""
    return _pages().get_template(template).render(values)


@cache
def _pages() -> Environment:
    loader = ChoiceLoader([PackageLoader("vbg_framework", folder) for folder in FOLDERS])
    layout: dict[str, Any] = {"trim_blocks": True, "lstrip_blocks": True, "finalize": _shown}
    pages = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, **layout)
    pages.filters |= {"number": number, "yaml": dump_yaml, "svg": Markup}
    return pages


def _shown(value: Any) -> Any:
    """Text without control characters; what is markup already stays."""
    return printable(value) if type(value) is str else value


def number(value: float | None) -> str:
    """A metric with three decimals; a dash where it is undefined."""
    return "—" if value is None else f"{value:.3f}"
