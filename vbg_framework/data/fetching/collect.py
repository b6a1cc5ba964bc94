"""Fetches the pictures whose addresses stand in a data set into the folder where they are looked for."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from vbg_framework.base.errors import VBGError
from vbg_framework.base.publication import written
from vbg_framework.base.system_error import system_error
from vbg_framework.contracts.record import Record
from vbg_framework.data.catalogue.path import Address
from vbg_framework.data.fetching.client import Client, NotFound
from vbg_framework.data.fetching.iiif import picture_of
from vbg_framework.data.pictures.image import ImageError, decode
from vbg_framework.data.preparation.views import views

JSON = ("application/json", "application/ld+json")
EVERY = 50  # pictures between two lines about how far it is
IN_A_ROW = 5
"""Pictures that a server refuses, or that do not come, one after the other, before it is given up."""
GONE = 50
"""Pictures that are not there before it is given up, if none came: single ones are gone wherever others come."""


class Collect:
    """One download.

    What lies in its place already is not asked for again, so the same command goes on after an interruption.

    Args:
        client: who asks.
        most: bytes of all pictures together after which it stops.
        say: told now and then how far it is.
    """

    def __init__(self, client: Client, most: int, say: Callable[[str], None] = print) -> None:
        self.client, self.most, self.say = client, most, say
        self.counts: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self._failed: Counter[bool] = Counter()  # in a row; True: a server refused, False: the picture is gone

    def fetch(self, items: Iterable[Any]) -> None:
        """Fetch every picture that is not there.

        Raises:
            VBGError: the folder cannot be written to, all that may be fetched was, or nothing comes any more.
        """
        for count, missing in enumerate(addresses(items), 1):
            if not missing.file.is_file():
                self._one(missing)
            if count % EVERY == 0:
                self.say(f"{count:,} addresses: {self.told()}")

    def told(self) -> str:
        """What became of the addresses, in words."""
        results = [f"{self.counts['fetched']:,} fetched ({self.counts['bytes'] / 1e6:.1f} MB)"]
        results += [f"{count:,} x {reason}" for reason, count in self.reasons.most_common()]
        return ", ".join(results)

    def _one(self, missing: Address) -> None:
        try:
            content = self._content(missing.address)
            decode(content, largest_side=64)  # a picture that cannot be read is not kept
        except NotFound:
            self._fails("not there (404)", missing.file)
        except ImageError as error:
            self._fails(str(error).partition(", got ")[0], missing.file)
        except VBGError as error:
            self._fails(error.what.partition(", got ")[0], missing.file, error)
        else:
            self._keep(missing.file, content)

    def _content(self, address: str) -> bytes:
        answer = self.client.answer(address)
        if answer.kind not in JSON:
            return answer.body
        picture = picture_of(_parsed(answer.body))
        if not picture:
            raise ImageError("address holds JSON without a IIIF picture")
        return self.client.image(picture)

    def _fails(self, reason: str, file: Path, error: VBGError | None = None) -> None:
        self.reasons[reason] += 1
        if error is None and file.parent.is_dir() and any(file.parent.iterdir()):
            return  # others came, now or in an earlier call: this picture alone is gone, and the next may come
        refused = error is not None
        self._failed[refused] += 1
        if self._failed[refused] >= (IN_A_ROW if refused else GONE):
            fix = error.fix if error else "Look at some addresses in a browser, and run the same command again."
            raise VBGError(
                "vbg data download", f"{self._failed[refused]} pictures in a row did not come: {reason}", fix
            )

    def _keep(self, file: Path, content: bytes) -> None:
        try:
            file.parent.mkdir(exist_ok=True)
            with written(file) as partial:
                partial.write_bytes(content)
        except OSError as error:
            raise system_error(error, str(file.parent), "Copy the table to a folder where you may write.") from error
        self._failed.clear()
        self.counts["fetched"] += 1
        self.counts["bytes"] += len(content)
        if self.counts["bytes"] >= self.most:
            fix = "Allow more with --most-gb; the same command goes on from here."
            raise VBGError("vbg data download", f"{self.told()}: that is all that may be fetched", fix)


def addresses(items: Iterable[Any]) -> Iterator[Address]:
    """The addresses of pictures in the items of a source that were not fetched."""
    for item in views(items):
        image = item.inputs.get("image") if isinstance(item, Record) else None
        if isinstance(image, Address):
            yield image


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
