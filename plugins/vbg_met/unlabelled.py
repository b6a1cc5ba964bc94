"""Objects whose classes are to be predicted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from vbg_framework import Dataset, Record, Rejected, Task, VBGError
from vbg_framework.toolkit import CellError, Cells, cell_text
from vbg_met import MetConfig
from vbg_met.inputs import Inputs
from vbg_met.layout import fault, unnested
from vbg_met.objects import Objects

Labels = Callable[[Cells], dict[str, Any]]


class UnlabelledObjects(Dataset):
    """Reads the inputs of every object, whoever may use its image.

    Args:
        config: the options the model was trained with.
        path: the export.
        columns: field -> its column, where they differ.
        labels: field -> cell, to the labels that are read.

    Raises:
        VBGError: the file cannot be read, or has no field that is read.
    """

    def __init__(self, config: MetConfig, path: Path, columns: Mapping[str, str], labels: Labels) -> None:
        super().__init__(config)
        self.labels = labels
        self.objects, self.inputs = Objects(path, columns), Inputs(config, path)
        if not self.inputs(dict.fromkeys(self.objects.fields)):
            wanted = ", ".join(self.inputs.described.columns)
            raise VBGError(str(path), f"no column for any of {wanted}", "Name them: --column FIELD=COLUMN.")

    @property
    def tasks(self) -> tuple[Task, ...]:
        """None."""
        return ()

    def records(self) -> Iterator[Record | Rejected]:
        """Yield a record per object, in the order of the file; one without an id is called after its row."""
        for row in self.objects:
            yield row if isinstance(row, Rejected) else self._record(*row)

    def _record(self, source: str, cells: Cells) -> Record | Rejected:
        try:
            identity = cell_text("object_id", cells.get("object_id"))
            if not identity and fault(cells):
                return Rejected(source, f"object_id is empty, got {fault(cells)}")
            cells = unnested(cells)
            return Record(identity or source, self.inputs(cells), self.labels(cells), source=source)
        except CellError as error:
            return Rejected(source, str(error))
