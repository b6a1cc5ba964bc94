"""Writes the gallery of plugins into docs/gallery.md: `python docs/gallery.py`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from vbg_framework.config.plugins import Plugins, load_plugins

PAGE = Path(__file__).with_name("gallery.md")
BEGIN, END = "<!-- begin gallery -->", "<!-- end gallery -->"
TITLES = {
    "dataset": "Data sets",
    "encoder": "Encoders",
    "fusion": "Fusions",
    "classifier": "Classifiers",
    "augmenter": "Augmenters",
}
"""Kind -> heading, in the order of the page; other kinds follow."""


def written(page: str) -> str:
    """The page with what stands between its markers written anew."""
    text = "\n\n".join([BEGIN, *_sections(load_plugins()), END])
    return re.sub(f"{BEGIN}.*{END}", lambda _: text, page, flags=re.DOTALL)


def _sections(plugins: Plugins) -> Iterator[str]:
    shipped = [(each, plugin) for each, plugin in plugins.components() if plugin.distribution == "vbg-framework"]
    kinds = dict.fromkeys([*TITLES, *sorted({component.kind for component, _ in shipped})])
    pages = {kind: _page_of(kind) for kind in kinds}
    for kind in kinds:
        lines = ["| Name | What it is | Plugin |", "| --- | --- | --- |"]
        for component, plugin in shipped:
            if component.kind == kind:
                link = f"[`{component.name}`]({pages[kind]}#{kind}-{component.name})"
                lines.append(f"| {link} | {_described(*component.target.split(':'))} | `{plugin.name}` |")
        yield f"## {TITLES.get(kind, kind.title())}\n\n" + "\n".join(lines)
    silent = [status.name for status in plugins.statuses if status.distribution == "vbg-framework"]
    silent = [name for name in silent if name not in {plugin.name for _, plugin in shipped}]
    rows = [f"| `{name}` | {_described(name, '')} |" for name in silent]
    yield "## Observers\n\n" + "\n".join(["| Plugin | What it is |", "| --- | --- |", *rows])


def _page_of(kind: str) -> str:
    """The page that shows the options of a kind."""
    pages = sorted(PAGE.parent.glob("options-*.md"))
    shown = re.compile(rf"<!-- begin components [\w ]*\b{kind}\b")
    return next(page.name for page in pages if shown.search(page.read_text(encoding="utf-8")))


def _described(module: str, name: str) -> str:
    """The first paragraph of a class's docstring, or of its module's without a name; read, not imported."""
    spec = find_spec(module)
    assert spec
    assert spec.origin
    tree = ast.parse(Path(spec.origin).read_text(encoding="utf-8"))
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name]
    told = ast.get_docstring(classes[0] if name else tree) or ""
    return " ".join(told.partition("\n\n")[0].split()).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
