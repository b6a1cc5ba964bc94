"""The exporter."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

from vbg_framework import Exporter, Task


class Skos(Exporter):
    """The classes of every task as a concept scheme of SKOS in JSON-LD, as thesaurus programs of museums read it."""

    def write(self, finished: Any, folder: Path) -> str:
        """One file per task."""
        for number, task in enumerate(finished.model.tasks.values(), 1):
            content = json.dumps(self._scheme(task), indent=1, ensure_ascii=False)
            (folder / f"{number}.jsonld").write_text(content + "\n", encoding="utf-8")
        return "Load them from {folder} into your thesaurus"

    def _scheme(self, task: Task) -> dict[str, Any]:
        scheme = self.config.base + quote(task.name, safe="")
        concepts = [self._concept(scheme, *each) for each in zip(task.classes, task.counts, strict=True)]
        title = {"@value": task.name, "@language": self.config.language}
        return {
            "@context": {"skos": "http://www.w3.org/2004/02/skos/core#"},
            "@graph": [{"@id": scheme, "@type": "skos:ConceptScheme", "skos:prefLabel": title}, *concepts],
        }

    def _concept(self, scheme: str, name: str, count: int) -> dict[str, Any]:
        return {
            "@id": f"{scheme}/{quote(name, safe='')}",
            "@type": "skos:Concept",
            "skos:inScheme": {"@id": scheme},
            "skos:prefLabel": {"@value": name, "@language": self.config.language},
            "skos:note": f"{count} training records",
        }
