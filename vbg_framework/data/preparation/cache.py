"""Where prepared data sets lie, and getting one from there."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from vbg_framework.base.cached import cache_folder
from vbg_framework.base.errors import VBGError
from vbg_framework.base.json_file import read_json
from vbg_framework.config.part import Part
from vbg_framework.data.preparation.info import INFO
from vbg_framework.data.preparation.loss import check_loss
from vbg_framework.data.preparation.prepare import prepare
from vbg_framework.data.preparation.prepared import Prepared
from vbg_framework.screen import Screen


def data_cache() -> Path:
    """Folder of prepared data sets."""
    return cache_folder("data")


def prepared_before(fingerprint: str) -> Prepared | None:
    """The data set with this content, if it is prepared on this machine."""
    for file in sorted(data_cache().glob(f"*/{INFO}")):
        with suppress(VBGError):  # of another one that is damaged
            if read_json(file, dict).get("fingerprint") == fingerprint:
                return Prepared.open(file.parent)
    return None


def prepare_data(
    part: Part[Any],
    screen: Screen,
    *,
    name: str = "",
    strict: bool = False,
    refresh: bool = False,
    accept_loss: bool | None = False,
) -> Prepared:
    """Prepare a data set, or open it if it is prepared already; show how it goes on and say, in a line, why.

    Args:
        part: the dataset component with its options.
        screen: where progress is shown.
        name: what the data set is called; its component's name if it has none of its own.
        strict: see `prepare`.
        refresh: see `prepare`.
        accept_loss: go on although much is in quarantine, see `check_loss`; None = do not look, and remember nothing.

    Raises:
        VBGError: see `prepare` and `check_loss`.
    """
    name = name or part.component.name
    reasons: list[str] = []
    with screen.progress(f"Preparing {name}", None) as bar:

        def told(kept: int, rejected: int) -> None:
            bar.done = kept
            bar.show(records=kept, quarantined=rejected)

        prepared = prepare(
            name, part.component, part.config,
            cache=data_cache(), strict=strict, refresh=refresh, to_the_end=accept_loss is not False, progress=told,
            tell=reasons.append, corrections=part.corrections, missing_image=part.missing_image,
            modalities=part.modalities,
        )  # fmt: skip
    screen.say(f"Data   {name}: {reasons[0]}.")
    if accept_loss is not None:
        check_loss(prepared, accept=accept_loss)
    return prepared
