"""From the fields of a record to its inputs, in one language each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from vbg_framework import VBGError
from vbg_framework.toolkit import Described, Pictures, did_you_mean
from vbg_lido import FIELDS, LidoConfig
from vbg_lido.language import Languages
from vbg_lido.reader import Fields

Values = dict[str, list[str]]
IMAGE = "image"


class Inputs:
    """Text, metadata and image of a record.

    Args:
        config: the options.
        folder: the folder of the records, resolved.
        spoken: fields whose languages are counted beside those of the texts.
        columns: field -> the field of LIDO that is read in its place; `image` is one of paths to pictures.
        finds: see `Pictures`.

    Attributes:
        languages: what was taken in which language so far.

    Raises:
        VBGError: a field is unknown.
    """

    def __init__(
        self,
        config: LidoConfig,
        folder: Path,
        spoken: Iterable[str] = (),
        columns: Mapping[str, str] | None = None,
        finds: Callable[[Path], bool] = Path.is_file,
    ) -> None:
        self._columns = columns or {}
        self._text = Described({field: (field, None) for field in config.text}, ())
        self._metadata = Described({}, config.metadata)
        column = IMAGE if IMAGE in self._columns else ""
        self.pictures = Pictures(folder, config.images or "", column, finds)
        for field in [*config.text, *config.metadata, *self.pictures.braces, *self._columns.values()]:
            check_field(str(folder), field)
        wanted = [config.language] if isinstance(config.language, str) else config.language
        self.languages, self._uncounted = Languages(wanted), Languages(wanted)
        self._spoken = {*config.text, *spoken}

    def values(self, fields: Fields) -> Values:
        """Field -> its values in one language, under the names that `columns` gives them."""
        fields = fields | {field: fields[column] for field, column in self._columns.items()}
        return {
            field: (self.languages if field in self._spoken else self._uncounted)(values)
            for field, values in fields.items()
        }

    def __call__(self, values: Values) -> dict[str, Any]:
        """Modality -> what the record holds."""
        first = {field: parts[0] if parts else None for field, parts in values.items()}
        return {**self._text(values), **self._metadata(first), **self.pictures(first)}


def check_field(where: str, field: str) -> None:
    """Raise VBGError for a field that LIDO records are not read for."""
    if field not in FIELDS:
        raise VBGError(where, f"no field '{field}'", did_you_mean(field, FIELDS))
