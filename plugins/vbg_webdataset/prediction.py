"""Shards to predict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from vbg_framework import Dataset, Record, Rejected, Skipped, Task
from vbg_framework.toolkit import CellError, cell_text
from vbg_webdataset import WebDatasetConfig
from vbg_webdataset.content import Content, needed, read_row
from vbg_webdataset.samples import Sample, samples
from vbg_webdataset.shard import members


class Unlabelled(Dataset):
    """Reads shards as in training, without labels; a picture of which nobody knows what describes it stands alone.

    Args:
        config: the options of the training data.
        shards: tar files, in order.
        columns: `id` or a field -> its key in the .json files.
    """

    def __init__(self, config: WebDatasetConfig, shards: Sequence[Path], columns: Mapping[str, str]) -> None:
        super().__init__(config)
        self.shards, self.columns, self.content = shards, columns, Content(config, columns)

    @property
    def tasks(self) -> tuple[Task, ...]:
        """None."""
        return ()

    def records(self) -> Iterator[Record | Rejected | Skipped]:
        """Yield a record per sample."""
        for shard in self.shards:
            for result in samples(members(shard), needed(self.config)):
                yield self._record(shard, result) if isinstance(result, Sample) else result

    def _record(self, shard: Path, sample: Sample) -> Record | Rejected:
        source = f"{shard.name}:{sample.id}"
        try:
            row = read_row(sample)
            identity = cell_text("id", row.get(self.columns["id"])) if "id" in self.columns else None
            return Record(identity or sample.id, self.content(sample, row), source=source)
        except CellError as error:
            return Rejected(source, str(error), sample.id)
