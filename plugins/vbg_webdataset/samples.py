"""Which files of a shard belong together.

WebDataset takes everything up to the first dot of a file's name for its key. Numbers of museums have dots themselves:
that rule would give one object's picture the label of another. Here a picture takes the description whose name is its
own, or else the longest one that its own goes on after with a dot; what cannot be told apart is said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from vbg_framework import Rejected, Skipped
from vbg_webdataset.notes import Notes, digits, related, short, under
from vbg_webdataset.shard import NOTES, Member

MOST_MEMBERS = 200
MOST_BYTES = 200_000_000
"""What is held in memory while it is not known yet what belongs together."""


@dataclass(frozen=True)
class Sample:
    """One picture with what describes it, or a description without a picture.

    Args:
        id: its name: the object's, or the picture's own where the object has several.
        key: the object's name.
        views: pictures of the object; 0 = there is none.
        image: the encoded picture.
        notes: `json`, `txt` and `cls` -> content.
        doubt: why it is not known which notes are its own; it has none then.
    """

    id: str
    key: str
    views: int
    image: bytes | None
    notes: dict[str, bytes]
    doubt: str = ""


Found = Sample | Rejected | Skipped
View = tuple[Member, dict[str, Member]]
"""A picture, and kind -> its note."""


def samples(members: Iterable[Member | Rejected | Skipped], needed: Collection[str]) -> Iterator[Found]:
    """Put neighbours together; holds `MOST_MEMBERS` and `MOST_BYTES` and one member more at the most.

    Args:
        members: in the order of the shard. A `Rejected` or `Skipped` is passed on.
        needed: the kinds without which no sample is complete.
    """
    held: list[Member] = []
    before = ""
    for member in members:
        if not isinstance(member, Member):
            yield member
            continue
        done, held = _divided(held, member, needed)
        if done:
            yield from together(done, before)
            before = done[-1].stem
        held.append(member)
    yield from together(held, before)


def _divided(held: list[Member], new: Member, needed: Collection[str]) -> tuple[list[Member], list[Member]]:
    """The members held to which nothing can come any more now that there is a new one, and the others."""
    if not held or _first(held[0].stem) != _first(new.stem) or _complete(held, new, needed):
        return held, []
    if len(held) < MOST_MEMBERS and sum(len(member.content) for member in held) < MOST_BYTES:
        return [], held
    kept = [member for member in held if related(short(member.stem), short(new.stem))]
    return (held, []) if len(kept) == len(held) else ([member for member in held if member not in kept], kept)


def _first(stem: str) -> str:
    """A name up to its first dot, the key of WebDataset: what differs in it never belongs together."""
    folder, slash, base = stem.rpartition("/")
    return folder + slash + base.partition(".")[0]


def _complete(held: Sequence[Member], new: Member, needed: Collection[str]) -> bool:
    """Whether every picture has what it needs, and a new member belongs to none of the notes."""
    notes = [(note.kind, short(note.stem)) for note in held if note.kind != "image"]
    if any(related(stem, short(new.stem)) for _, stem in notes):
        return False
    pictures = (member.stem for member in held if member.kind == "image")
    return all(
        any(kind == each and under(picture, stem) for each, stem in notes) for picture in pictures for kind in needed
    )


def together(members: Sequence[Member], before: str) -> Iterator[Found]:
    """The samples of neighbours, pictures first; every member is used or told.

    Args:
        members: neighbours.
        before: stem of the member before them.
    """
    once = list(dict.fromkeys(members))
    yield from (Skipped(name, "file is in the shard twice") for name in _twice(members))
    notes, clear = Notes(once, before), dict[str, list[View]]()
    for picture in sorted(notes.pictures):
        keys = notes.nearest(picture.stem)
        if doubt := notes.doubt(picture, keys):
            yield Sample(picture.stem, picture.stem, 1, picture.content, {}, doubt)
            continue
        results = {kind: note for kind, key in keys.items() if (note := notes.choice(kind, key))}
        clear.setdefault(min([*keys.values(), picture.stem], key=len), []).append((picture, results))
    for key, views in clear.items():
        yield from _views(key, views)
    yield from _without_picture(notes, [view for views in clear.values() for view in views])


def _twice(members: Sequence[Member]) -> Iterator[str]:
    return (member.name for member, count in Counter(members).items() for _ in range(count - 1))


def _views(key: str, views: Sequence[View]) -> Iterator[Sample]:
    seen: Counter[str] = Counter()
    for picture, result in views:
        seen[picture.stem] += 1
        name = picture.stem if len(views) > 1 else key
        number = f"#{seen[picture.stem]}" if seen[picture.stem] > 1 else ""
        yield Sample(
            name + number, key, len(views), picture.content, {kind: note.content for kind, note in result.items()}
        )


def _without_picture(notes: Notes, clear: Sequence[View]) -> Iterator[Found]:
    """The notes that describe no picture: samples of their own, unless they go with one that has such a note."""
    used = {note for _, result in clear for note in result.values()}
    alone: dict[str, list[str]] = {}
    for kind in NOTES:
        for key, result in notes.by_kind[kind].items():
            left = [note for note in result if note not in used]
            goes_with = any(related(key, picture.stem) and not digits(key, picture.stem) for picture, _ in clear)
            if goes_with or len(left) < len(result):
                yield from (Skipped(note.name, f"picture has another .{kind} file") for note in left)
            else:
                alone.setdefault(key, []).append(kind)
    for key, kinds in alone.items():
        yield from _described(notes, key, kinds)


def _described(notes: Notes, key: str, kinds: Sequence[str]) -> Iterator[Sample]:
    """One sample; none if its pictures have told already that its notes differ."""
    results = {kind: notes.choice(kind, key) for kind in kinds}
    facts = {kind: note.content for kind, note in results.items() if note}
    if len(facts) == len(kinds):
        yield Sample(key, key, 0, None, facts)
    elif not any(under(picture.stem, key) for picture in notes.pictures):
        yield Sample(key, key, 0, None, {}, f"'{key}' has files that differ, got .{' and .'.join(kinds)}")
