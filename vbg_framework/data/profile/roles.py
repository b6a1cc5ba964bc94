"""Which column of a table means what, with a reason for each guess."""

from __future__ import annotations

from dataclasses import dataclass, field

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.record import SPLITS
from vbg_framework.data.catalogue.spelling import skeleton
from vbg_framework.data.profile.column_facts import ColumnFacts
from vbg_framework.data.profile.hints import (
    GROUP,
    ID,
    LABEL,
    LICENCE,
    SPLIT,
    is_administrative,
    is_code,
    named,
    named_like_picture,
)
from vbg_framework.data.profile.pictures_beside import folder_of, pattern_of
from vbg_framework.data.profile.proposal import FEW, TRUTHS, Proposal, proposal
from vbg_framework.data.profile.table_facts import TableFacts
from vbg_framework.data.splits.split_words import split_of

MOST_TASKS = 3
MOST_TEXTS = 12
SHOWN = 40  # letters of a value
OWN_WORDS = "a word of its own in nearly every row"


@dataclass
class Roles:
    """The columns of a table by role; "" = there is none.

    Attributes:
        images: folder of the pictures, relative to the table's.
        tasks: what could be learnt, the best first.
        fetched: whether `image` holds addresses, whose pictures must be fetched first.
        separated: text columns with bars between several values.
        why: column -> (role, reason), for every column.
    """

    id: str = ""
    image: str = ""
    images: str = "."
    fetched: bool = False
    group: str = ""
    split: str = ""
    licence: str = ""
    text: list[str] = field(default_factory=list)
    metadata: list[str] = field(default_factory=list)
    tasks: list[Proposal] = field(default_factory=list)
    separated: list[str] = field(default_factory=list)
    why: dict[str, tuple[str, str]] = field(default_factory=dict)


def guess_roles(facts: TableFacts, target: str = "") -> Roles:
    """Guess what every column means.

    Args:
        facts: of the table.
        target: the column to learn; "" = the best one.

    Raises:
        VBGError: no column tells the rows apart, or none holds classes.
    """
    roles = Roles()
    roles.id = _identity(facts)
    roles.why[roles.id] = ("id", f"{len(facts.columns[roles.id].values):,} different values in {facts.rows:,} rows")
    _pictures(facts, roles)
    _given(facts, roles)
    _tasks(facts, roles, target)
    for column in facts.columns.values():
        if column.name not in roles.why:
            roles.why[column.name] = _input(column, facts, roles)
    roles.why |= dict.fromkeys(facts.twice, ("left out", "several columns are called so"))
    if not roles.image or facts.columns.get(roles.image, ColumnFacts("")).filled < facts.rows:
        _words(facts, roles)
    if not (read := (roles.image and not roles.fetched) or roles.text or roles.metadata):
        _other_labels(roles)
    if not (read or roles.text):
        fix = "Add a column with a title or a description, or with the path of a photograph."
        raise VBGError(str(facts.table.path), f"nothing is left to tell '{roles.tasks[0].column}' from", fix)
    return roles


def _other_labels(roles: Roles) -> None:
    """Take all labels but the first for texts where rows have nothing else to be read."""
    roles.text += [made.column for made in roles.tasks[1:]]
    roles.why |= dict.fromkeys(roles.text, ("text", "words, and nothing else can be read"))
    del roles.tasks[1:]


def _words(facts: TableFacts, roles: Roles) -> None:
    """Take words of their own for texts after all where rows have nothing else to be read."""
    if not (roles.text or roles.metadata):
        roles.text += [name for name, (_, reason) in roles.why.items() if reason == OWN_WORDS]
        roles.why |= dict.fromkeys(roles.text, ("text", "words"))


def _identity(facts: TableFacts) -> str:
    """The column that tells the rows apart: called like one and unique, else unique."""
    where, least = str(facts.table.path), 0.98 * facts.rows
    able = [c for c in facts.columns.values() if not c.many and len(c.values) >= least and c.mean_words < 4]
    if not able:
        fix = "Add a column `id` with a number of its own in every row."
        raise VBGError(where, f"no column tells the rows apart{_nearest(facts)}", fix)
    order = {name: index for index, name in enumerate(ID)}
    words = [c for c in able if c.mean_words < 1.5 and not c.share(c.pictures) > 0.5]
    codes = [c for c in able if is_code(c.name)] or words or [c for c in able if c.share(c.pictures) > 0.5] or able
    full = [c for c in codes if c.is_unique] or codes
    return min(full, key=lambda c: (not named(c.name, ID), order.get(skeleton(c.name), len(order)))).name


def _nearest(facts: TableFacts) -> str:
    """The column that comes nearest to it, and what is wrong with it, in words."""
    codes = [column for column in facts.columns.values() if named(column.name, ID) and column.filled]
    if not codes:
        return ""
    best = max(codes, key=lambda column: len(column.values))
    often, count = min(best.values.items(), key=lambda pair: (-pair[1], pair[0]))
    empty = facts.rows - best.filled
    told = [f"{often[:SHOWN]!r} in {count:,} rows"] if count > 1 else []
    told += [f"nothing in {empty:,}"] if empty else []
    return f", got '{best.name}' with {' and '.join(told)}"


def _pictures(facts: TableFacts, roles: Roles) -> None:
    home = facts.table.path.parent
    held = [c for c in facts.columns.values() if c.images and c.share(c.images) > 0.5]
    if held:
        roles.image = held[0].name
        roles.why[roles.image] = ("picture", "holds the pictures themselves")
        return
    for column in facts.columns.values():
        if column.share(column.addresses) > 0.5:
            _addresses(column, roles)
        elif column.share(column.pictures) > 0.5 and not roles.image:
            beside = folder_of([*column.values], home)
            message = f"{beside.found} of {beside.tried} paths are files" + f" in {beside.folder}" * (
                beside.folder != "."
            )
            is_used = beside.found >= beside.tried / 2
            roles.why[column.name] = ("picture" if is_used else "left out", message)
            roles.image, roles.images = (column.name, beside.folder) if is_used else ("", ".")
    if not roles.image and (pattern := pattern_of([*facts.columns[roles.id].values], home)):
        roles.image = pattern.replace("*", f"{{{roles.id}}}")
        roles.why[roles.image] = ("picture", "pictures are called like the ids")


def _addresses(column: ColumnFacts, roles: Roles) -> None:
    """A column of addresses: the first whose values or name look like pictures is the picture."""
    example = column.example.lower()
    is_picture = column.share(column.pictures) > 0.5 or "iiif" in example or named_like_picture(column.name)
    if roles.image or not is_picture:
        roles.why[column.name] = ("left out", "holds addresses")
        return
    roles.image, roles.fetched = column.name, True
    roles.why[column.name] = ("picture", "holds addresses, which `vbg data download` fetches")


def _given(facts: TableFacts, roles: Roles) -> None:
    """The source's own split, licences and objects."""
    for column in facts.columns.values():
        words = {split_of(word, {}) for word in column.values} if len(column.values) <= 10 else {None}
        if column.name in roles.why:
            continue
        if named(column.name, SPLIT) and len(words) > 1 and words <= {*SPLITS}:
            roles.split = column.name
            roles.why[column.name] = ("split", f"holds {', '.join(sorted(column.values))}")
        elif named(column.name, LICENCE) and column.filled:
            roles.licence = column.name
            roles.why[column.name] = ("licence", f"{len(column.values)} different ones")
        elif _holds_objects(column):
            roles.group = column.name
            roles.why[column.name] = ("group", f"{len(column.values):,} objects with several rows; one split each")


def _holds_objects(column: ColumnFacts) -> bool:
    """Whether a column says which rows are views of one object."""
    most = column.filled if named(column.name, GROUP) else 0.9 * column.filled if named(column.name, ID) else 0
    return column.filled / 20 < len(column.values) < most


def _tasks(facts: TableFacts, roles: Roles, target: str) -> None:
    free = [column for column in facts.columns.values() if column.name not in roles.why]
    results = [made for column in free if (made := proposal(column, facts.rows, strict=column.name != target))]
    results = results or [made for column in free if (made := proposal(column, facts.rows, strict=False))]
    results.sort(key=lambda made: (made.column != target, -made.score))
    if not results or (target and results[0].column != target):
        what = f"column '{target}' holds no classes" if target else "no column holds classes that can be learnt"
        raise VBGError(str(facts.table.path), f"{what}, got {facts.rows:,} rows", _why_none(facts, target))
    roles.tasks = [made for made in results if made is results[0] or made.score > 1.5][:MOST_TASKS]
    for index, made in enumerate(roles.tasks):
        roles.why[made.column] = ("label" if not index else "another label", made.reason)


def _why_none(facts: TableFacts, target: str) -> str:
    """What to do about a table without classes."""
    for name in facts.twice:
        if named(name, LABEL) or name == target:
            return f"Several columns are called '{name}': rename all but one."
    for column in facts.columns.values():
        if column.share(column.lists) > FEW and (named(column.name, LABEL) or column.name == target):
            place = f"targets: {{kind: {{column: {column.name}, multi_label: true}}}}"
            return f"Column '{column.name}' holds lists: write one class per row, or a registry with `{place}`."
    return "A class needs at least 3 rows, and there must be two such classes in one column: add rows or labels."


def _input(column: ColumnFacts, facts: TableFacts, roles: Roles) -> tuple[str, str]:
    """What becomes of a column that nothing else was found for."""
    if reason := _useless(column, facts):
        return "left out", reason
    if column.share(column.numbers) > 0.8:
        if column.lists:
            return "left out", "several numbers in a cell"
        roles.metadata.append(column.name)
        return "metadata", "numbers"
    if len(roles.text) >= MOST_TEXTS:
        return "left out", f"{MOST_TEXTS} columns of text are enough to begin with"
    roles.text.append(column.name)
    roles.separated += [column.name] if column.share(column.bars) > 0.05 else []
    return "text", f"{column.mean_words:.0f} words on average" if column.mean_words >= 1.5 else "words"


def _useless(column: ColumnFacts, facts: TableFacts) -> str:
    """Why a column says nothing about an object; "" = it may."""
    if not column.filled:
        return "empty"
    if column.nested:
        return "holds objects; what is in them has columns of its own"
    if len(column.values) == 1 and column.filled > facts.rows / 2:
        return "the same in every row"
    if is_administrative(column.name):
        return "about the record, not the object"
    if {value.lower() for value in column.values} <= TRUTHS:
        return "yes or no"
    if column.filled < 0.02 * facts.rows:
        return "nearly empty"
    if is_code(column.name):
        return "a code"
    is_word = column.mean_words < 1.2 and column.share(column.numbers) < 0.8
    return OWN_WORDS if is_word and len(column.values) > 0.8 * column.filled > 20 else ""
