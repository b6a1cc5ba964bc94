"""The registry that a guess comes to: a data set and an experiment, with a comment to every choice."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import yaml

from vbg_framework.config.experiment import ENDINGS, RESERVED
from vbg_framework.data.catalogue.spelling import normal
from vbg_framework.data.profile.giveaways import Giveaway
from vbg_framework.data.profile.proposal import Proposal
from vbg_framework.data.profile.roles import Roles
from vbg_framework.data.readers.table import Table

FEW = 1000  # records up to which every word counts
MANY = 20_000  # records from which on the members of `recommended` take too long and too much memory
IMAGE = "{type: vit, image_size: 64, patch_size: 8, dim: 64, layers: 2, heads: 4}"
METADATA = "{type: tabular, dim: 32, layers: 1}"
FETCH = "`vbg data download {name} --contact you@example.org` fetches the pictures"
SPLIT = "    split: {{use: stable, seed: {seed}}}  # later rows move none; with this seed classes are divided evenly"
TRAIN = "{steps: 300, batch_size: 32, learning_rate: 2e-3, encoder_learning_rate: 1e-3, evaluate_every: 50}"


class Shipped(NamedTuple):
    """What comes with the framework.

    Args:
        names: of its registry.
        weights: whether the weights that its experiment `recommended` reads pictures with are on this machine.
    """

    names: Collection[str] = ()
    weights: bool = False


class Draft(NamedTuple):
    """What is to be written.

    Args:
        data: name of the data set.
        experiment: name of the experiment.
        text: of the registry file.
    """

    data: str
    experiment: str
    text: str


def draft_table(
    path: str, table: Table, rows: int, roles: Roles, results: Mapping[str, Giveaway], shipped: Shipped
) -> Draft:
    """The draft for a table.

    Args:
        path: as the registry shall name it.
        table: with what says how it is read.
        rows: of the table.
        roles: of its columns.
        results: column -> what it says about the label, for the columns a model would read.
        shipped: what comes with the framework.
    """
    name = kebab(path.replace("\\", "/").rsplit("/", 1)[-1].split(".")[0], shipped.names)
    tasks = task_names(roles.tasks)
    gone = {column for column, giveaway in results.items() if giveaway.verdict[0] == "left out"}
    text = [column for column in roles.text if column not in gone]
    metadata = [column for column in roles.metadata if column not in gone]
    masked = any(results[column].verdict[0] == "masked" for column in text)
    lines = ["    type: table", f"    path: {plain(path)}"]
    lines += [f"    skip: {table.skip}  # lines above the header"] if table.skip else []
    lines += [f"    {key}: {plain(said)}" for key in ("encoding", "sheet") if (said := getattr(table, key))]
    lines += [f"    id: {plain(roles.id)}"]
    lines += [f"    image: {plain(roles.image)}"] if roles.image else []
    lines += [f"    missing_image: keep  # {FETCH.format(name=name)}"] if roles.fetched else []
    lines += [f"    images: {plain(roles.images)}  # folder of the pictures"] if roles.images != "." else []
    lines += [f"    text: {_text(text, roles)}"] if text else []
    lines += [f"    metadata: [{', '.join(map(plain, metadata))}]"] if metadata else []
    lines += ["    targets:"]
    for column, task in tasks.items():
        made = next(made for made in roles.tasks if made.column == column)
        lines.append(f"      {plain(task)}: {plain(column)}  # {made.reason}")
    for key, column in (("group", roles.group), ("split", roles.split), ("licence_column", roles.licence)):
        lines += [f"    {key}: {plain(column)}"] if column else []
    first = next(iter(tasks.values()))
    inputs = Inputs(bool(roles.image) and not roles.fetched, bool(text), bool(metadata), shipped.weights)
    policy = ", policy: mask_label}  # words that name a class become [MASK]" if masked else "}  # all of them"
    options = [f"    text: {{fields: null{policy}"] if text else []
    options += [f"    # encoders: {{image: {IMAGE}}}  # add once the pictures are there"] if roles.fetched else []
    options += [] if roles.split else [SPLIT.format(seed=0)]
    return Draft(name, f"{name}-model", _page(name, lines, first, inputs, rows, options))


def draft_folder(path: str, counts: Mapping[str, int], shipped: Shipped) -> Draft:
    """The draft for pictures in class folders."""
    name = kebab(path.rstrip("/").replace("\\", "/").rsplit("/", 1)[-1], shipped.names)
    lines = ["    type: image_folder", f"    path: {plain(path)}", "    task: kind  # the names of the folders"]
    inputs, rows = Inputs(True, False, False, shipped.weights), sum(counts.values())
    return Draft(name, f"{name}-model", _page(name, lines, "kind", inputs, rows, [SPLIT.format(seed=0)]))


def seeded(draft: Draft, seed: int) -> Draft:
    """The draft with another seed of its split, if it draws one."""
    return draft._replace(text=draft.text.replace(SPLIT.format(seed=0), SPLIT.format(seed=seed)))


def corrected(draft: Draft, file: str) -> Draft:
    """The draft whose data set names a file of corrections."""
    head = f"\n\ndatasets:\n  {draft.data}:\n"
    line = f"    corrections: {plain(file)}  # labels that were decided\n"
    return draft._replace(text=draft.text.replace(head, head + line, 1))


class Inputs(NamedTuple):
    """What there is to read, and whether pictures can be read with the weights of `recommended`."""

    image: bool
    text: bool
    metadata: bool
    weights: bool


def _page(name: str, data: Sequence[str], task: str, inputs: Inputs, rows: int, options: Sequence[str]) -> str:
    """A registry file with one data set and one experiment, which needs no network."""
    recommended = rows < MANY and (inputs.weights or not inputs.image)
    model = _recommended(inputs) if recommended else _small(inputs, rows)
    lines = ["version: 1", "", "datasets:", f"  {name}:", *data, "", "experiments:", f"  {name}-model:"]
    lines += [*model[:1], f"    data: {name}", f"    tasks: [{plain(task)}]", *options, *model[1:]]
    head = "# Written by `vbg init`; change what was guessed wrong. All keys: docs/registry.md"
    return "\n".join([head, *lines, ""])


def _recommended(inputs: Inputs) -> list[str]:
    """Fitted heads on frozen features, joined; the first line says what is extended."""
    which = ("-pictures" if not inputs.text else "") if inputs.image else "-words"
    lines = [f"    extends: recommended{which}  # fitted heads on frozen features, joined; docs/recommended.md"]
    chosen = [] if inputs.image or inputs.text else ["text: null", "text-pieces: null"]
    chosen += ["metadata: one-hot"] if inputs.metadata else []
    lines += [] if inputs.text else ["    text: {fields: null}"]
    lines += [f"    encoders: {{{', '.join(chosen)}}}"] if chosen else []
    return lines if inputs.image or inputs.text else [*lines, "    fusion: null"]


def _small(inputs: Inputs, rows: int) -> list[str]:
    """A model that needs no weights and bears many records."""
    encoders, classifier = [], "{type: logistic_regression, class_weights: balanced}"
    fitted = not inputs.image and inputs.text
    encoders += [f"      image: {IMAGE}  # learns from scratch"] if inputs.image else []
    words = f"{{type: tfidf, min_df: {1 if rows <= FEW else 2}, max_features: 2000}}  # counts words"
    encoders += [f"      text: {words}"] if inputs.text else []
    encoders += [f"      metadata: {METADATA}"] if inputs.metadata and not fitted else []
    hint = (
        "    # With weights on this machine pictures are read better: `extends: recommended`, see docs/recommended.md"
    )
    lines = [hint if inputs.image else "    # A plain model, as there are many records.", "    encoders:", *encoders]
    lines += ["    fusion: {type: concat}"] if len(encoders) > 1 else []
    lines += [f"    classifier: {classifier if fitted else '{type: softmax, class_weights: balanced}'}"]
    return lines if fitted else [*lines, f"    train: {TRAIN}"]


def _text(columns: Sequence[str], roles: Roles) -> str:
    if not any(column in roles.separated for column in columns):
        return f"[{', '.join(map(plain, columns))}]"
    parts = [(c, f"{{column: {plain(c)}, separator: '|'}}" if c in roles.separated else plain(c)) for c in columns]
    return "{" + ", ".join(f"{plain(column)}: {place}" for column, place in parts) + "}"


def plain(value: Any) -> str:
    """A text as YAML has it in a list or mapping, with quotes where it needs them."""
    written = yaml.safe_dump([value], allow_unicode=True, default_flow_style=True, width=float("inf")).strip()
    return written[1:-1]


def kebab(word: str, taken: Collection[str]) -> str:
    """A name as the registry wants it, that is not taken."""
    flat = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "-", flat).strip("-") or "objects"
    is_free = name not in taken and f"{name}-model" not in taken and isinstance(yaml.safe_load(name), str)
    return name if is_free else f"my-{name}"


def task_names(tasks: Sequence[Proposal]) -> dict[str, str]:
    """Column -> name of its task, free of the names that tables of predictions need."""
    names: dict[str, str] = {}
    for made in tasks:
        name = "_".join(re.findall(r"\w+", normal(made.column).lower())) or "label"
        if name in RESERVED or name.endswith(tuple(f"_{ending}" for ending in ENDINGS)) or name in names.values():
            name = f"{name}_label"
        names[made.column] = name
    return names
