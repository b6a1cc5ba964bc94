"""Writing the folder of a new plugin. Light: never imports torch."""

from __future__ import annotations

import os
import shutil
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from vbg_framework.base.errors import VBGError
from vbg_framework.base.version import __version__
from vbg_framework.cli.scaffold.name import Name
from vbg_framework.cli.scaffold.package_kind import TRIED, requirements

_TEMPLATES = Path(__file__).with_name("templates")


def declared(kind: str) -> str:
    """The kind under which the component is declared; "" = there is none."""
    return TRIED[kind].declared


def trial(name: Name, kind: str) -> str:
    """The command that shows the new component at work."""
    return TRIED[kind].trial.format(component=name.component)


def write_package(name: Name, kind: str, out: Path) -> Path:
    """Write the package as the new folder `out/<distribution>`, complete or not at all, and return the folder.

    Args:
        kind: a key of `TRIED`.

    Raises:
        VBGError: the folder exists, or nothing can be written there.
    """
    folder = out / name.distribution
    if folder.exists() or folder.is_symlink():
        raise VBGError(str(folder), "exists already", "Take another name, or another place with --out.")
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out, prefix=".new-") as partial:
            _fill(Path(partial) / "package", name, kind)
            os.rename(Path(partial) / "package", folder)
    except OSError as error:
        raise VBGError(str(folder), f"cannot be written ({error})", "Choose another place with --out.") from None
    return folder


def _fill(folder: Path, name: Name, kind: str) -> None:
    (folder / name.package).mkdir(parents=True)
    (folder / name.package / "py.typed").touch()
    for source, place in ((_TEMPLATES / "package", folder), (_TEMPLATES / kind, folder / name.package)):
        for path in sorted(source.rglob("*")):
            if path.is_file():
                _copy(path, place / path.relative_to(source), _values(name, kind))


def _copy(template: Path, target: Path, values: dict[str, Any]) -> None:
    """Fill in a `.jinja` file, copy any other as it is."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if template.suffix != ".jinja":
        shutil.copyfile(template, target)
        return
    environment = Environment(
        loader=PackageLoader("vbg_framework.cli.scaffold"),
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    text = environment.get_template(template.relative_to(_TEMPLATES).as_posix()).render(values)
    target.with_suffix("").write_text(text, encoding="utf-8")


def _values(name: Name, kind: str) -> dict[str, Any]:
    spellings = {spelling: getattr(name, spelling) for spelling in ("distribution", "package", "component", "stem")}
    major = int(__version__.partition(".")[0])
    facts = {"kind": kind, "declared": declared(kind), "module": TRIED[kind].module, "trial": trial(name, kind)}
    needs = [f"vbg-framework>={__version__},<{major + 1}", *requirements(kind)]
    return {**spellings, **facts, "requirements": needs, "year": date.today().year}
