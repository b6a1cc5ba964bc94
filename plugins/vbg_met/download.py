"""Download objects and images of The Metropolitan Museum of Art: `python -m vbg_met.download --help`.

A separate, explicit step: nothing else in the framework talks to the museum. The folder it fills is read by

    {type: met, path: FOLDER/objects.jsonl, images: "images/{object_id}.jpg"}
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import urllib.parse
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from vbg_framework import VBGError
from vbg_framework.toolkit import Client, NotFound, written

HOSTS = ("collectionapi.metmuseum.org", "images.metmuseum.org")
API = "https://collectionapi.metmuseum.org/public/collection/v1"
ID = re.compile(r"\d{1,12}")


class Download:
    """One folder that is filled.

    `objects/<id>@<metadataDate>.json` is the cache: an object that lies there is not asked for again.
    `objects.jsonl` holds those in the public domain, ordered by id; `images/<id>.jpg` their images.

    Args:
        folder: where everything goes.
        client: who asks.
        api: address of the collection API.
        public_domain: leave out all other objects (their images are never fetched).
        images: `small` (about 1,000 px), `original`, or `none`.
        say: told now and then how far it is.
    """

    def __init__(
        self,
        folder: Path,
        client: Client,
        *,
        api: str,
        public_domain: bool = True,
        images: str = "small",
        say: Callable[[str], None] = print,
    ) -> None:
        self.folder, self.client, self.api = folder, client, api.rstrip("/")
        self.public_domain, self.images, self.say = public_domain, images, say
        self.counts: Counter[str] = Counter()
        for part in ("objects", "images"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        files = sorted((folder / "objects").glob("*@*.json"))
        self.cache = {int(path.name.partition("@")[0]): path for path in files if ID.match(path.name)}

    def ids(self, query: str | None, departments: Sequence[int], filters: dict[str, str]) -> list[int]:
        """The objects that a search finds, or all of some departments.

        Raises:
            VBGError: there are none.
        """
        if query is None and not filters:
            requested: dict[str, Any] = {"departmentIds": "|".join(map(str, departments))} if departments else {}
            result = self.client.json(f"{self.api}/objects", requested)
        else:  # the search fails with 503 unless it has a `q`, and reads one department only
            requested = filters | ({"departmentId": departments[0]} if departments else {}) | {"q": query or "*"}
            result = self.client.json(f"{self.api}/search", requested)
        return self._numbers(result)

    def changed(self, since: str) -> set[int]:
        """The objects whose records changed since a day (YYYY-MM-DD)."""
        return set(self._numbers(self.client.json(f"{self.api}/objects", {"metadataDate": since}), some=False))

    def fetch(self, ids: Iterable[int], again: frozenset[int] | set[int] = frozenset()) -> None:
        """Bring in objects and images that are not here yet, and those in `again`; then write `objects.jsonl`."""
        for number, identity in enumerate(ids, 1):
            record = None if identity in again else self._cached(identity)
            record = record or self._object(identity)
            if record is not None:
                self._image(identity, record)
            if number % 100 == 0:
                self.say(f"{number} objects: {self.told()}")
        self._write()

    def told(self) -> str:
        """What happened so far, in words."""
        return ", ".join(f"{count} {what}" for what, count in self.counts.items() if count) or "nothing to do"

    def _numbers(self, result: Any, some: bool = True) -> list[int]:
        ids = result.get("objectIDs") if isinstance(result, dict) else None  # null where nothing is found
        numbers = sorted({int(i) for i in ids or [] if ID.fullmatch(str(i))})
        if some and not numbers:
            raise VBGError(self.api, "the museum finds no such object", "Change the query.")
        return numbers

    def _cached(self, identity: int) -> dict[str, Any] | None:
        path = self.cache.get(identity)
        record = _read(path) if path else None
        self.counts["already here"] += record is not None
        return record

    def _object(self, identity: int) -> dict[str, Any] | None:
        try:
            record = self.client.json(f"{self.api}/objects/{identity}")
        except NotFound:
            record = {}
        if not isinstance(record, dict) or str(record.get("objectID")) != str(identity):
            self.counts["not a valid object"] += 1  # a loan, or gone
            return None
        old, path = self.cache.get(identity), self.folder / "objects" / f"{identity}@{_date(record)}.json"
        if old and old != path:
            (self.folder / "images" / f"{identity}.jpg").unlink(missing_ok=True)
            old.unlink()
        _save(path, json.dumps(record, ensure_ascii=False).encode())
        self.cache[identity] = path
        self.counts["fetched"] += 1
        return record

    def _image(self, identity: int, record: dict[str, Any]) -> None:
        path = self.folder / "images" / f"{identity}.jpg"
        if self.images == "none" or not record.get("isPublicDomain") or path.exists():
            return
        url = record.get("primaryImageSmall" if self.images == "small" else "primaryImage") or ""
        if not url:  # also where the search was told hasImages=true
            self.counts["without image"] += 1
            return
        try:
            _save(path, self.client.image(urllib.parse.quote(url, safe=":/?&=%")))
            self.counts["images"] += 1
        except NotFound:
            self.counts["image missing"] += 1

    def _write(self) -> None:
        lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in self._wanted())
        with written(self.folder / "objects.jsonl") as partial, partial.open("w", encoding="utf-8") as file:
            file.writelines(lines)

    def _wanted(self) -> Iterator[dict[str, Any]]:
        for identity in sorted(self.cache):
            record = _read(self.cache[identity])
            if record and (record.get("isPublicDomain") or not self.public_domain):
                yield record


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    args = parser().parse_args(arguments)
    filters = dict(pair.partition("=")[::2] for pair in args.filters)
    client = Client(args.contact, rate=min(args.rate, 2.0), hosts=HOSTS)
    download = Download(args.out, client, api=API, public_domain=not args.all, images=args.images)
    ids = download.ids(args.query, args.departments, filters)
    again = download.changed(args.since) if args.since else set()
    print(f"{len(ids)} objects found" + (f", of which {args.limit} are fetched" if args.limit else ""))
    download.fetch(ids[: args.limit], again)
    print(f"{args.out / 'objects.jsonl'}: {download.told()}")
    return 0


def parser() -> argparse.ArgumentParser:
    """Its options."""
    top = argparse.ArgumentParser(prog="met", description="Download objects and images of The Met (open access).")
    top.add_argument("--out", type=Path, required=True, help="folder to fill; run again to go on")
    top.add_argument("--contact", required=True, help="your e-mail address or web page, told to the museum's server")
    top.add_argument("--query", help="words to search for")
    top.add_argument("--department", dest="departments", type=int, action="append", default=[], metavar="ID")
    top.add_argument("--filter", dest="filters", action="append", default=[], metavar="KEY=VALUE",
                     help="filter of the search: hasImages=true, medium=Ceramics, dateBegin=1400, ...")  # fmt: skip
    top.add_argument("--since", metavar="YYYY-MM-DD", help="fetch again what changed since that day")
    top.add_argument("--images", choices=("small", "original", "none"), default="small")
    top.add_argument("--all", action="store_true", help="keep records that are not in the public domain (no images)")
    top.add_argument("--limit", type=int, metavar="N", help="the first N objects only")
    top.add_argument("--rate", type=float, default=1.0, help="requests per second, at most 2 (default: 1)")
    return top


def _date(record: dict[str, Any]) -> str:
    return re.sub(r"[^\w-]", "", str(record.get("metadataDate") or "")) or "undated"


def _read(path: Path) -> dict[str, Any] | None:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return None  # not ours: our own files are written in one piece


def _save(path: Path, content: bytes) -> None:
    with written(path) as partial:
        partial.write_bytes(content)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except VBGError as error:
        sys.exit(f"met: {error}")
    except KeyboardInterrupt:
        sys.exit("met: interrupted; run the same command again to go on")
