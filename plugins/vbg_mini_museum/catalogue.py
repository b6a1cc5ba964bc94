"""The catalogue's grammar: what a text says, how it words it, what it leaves out and what it adds for nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Topic:
    """How texts speak of one fact.

    Args:
        words: class -> words that name it; each belongs to one class only.
        phrases: what may surround such a word.
        named: share of texts that name the class.
        families: a broader word -> the classes it may mean.
        broad_phrases: what may surround a broader word.
        broad: share of texts that give the broader word only. The rest is silent.
    """

    words: Mapping[str, Sequence[str]]
    phrases: Sequence[str]
    named: float
    families: Mapping[str, Sequence[str]] = field(default_factory=dict)
    broad_phrases: Sequence[str] = ()
    broad: float = 0.0

    def family(self, name: str) -> str | None:
        """The broader word for a class."""
        return next((family for family, members in self.families.items() if name in members), None)

    def phrase(self, name: str, generator: np.random.Generator) -> str:
        """A phrase that gives away the class, its family, or, empty, nothing."""
        draw = generator.random()
        if draw < self.named:
            return _one(self.phrases, generator).format(_one(self.words[name], generator))
        if draw < self.named + self.broad:
            return _one(self.broad_phrases, generator).format(self.family(name))
        return ""


GLAZE = Topic(
    words={
        "celadon": ("celadon", "sea-green celadon", "qingci"),
        "white": ("white", "ivory-white", "tianbai"),
        "cobalt": ("cobalt", "sapphire-blue", "cobalt blue"),
        "tenmoku": ("tenmoku", "hare's-fur", "temmoku"),
        "sancai": ("sancai", "three-colour", "amber sancai"),
        "oxblood": ("oxblood", "sang-de-boeuf", "langyao red"),
    },
    phrases=("with {} glaze", "in {}", "under {} glaze"),
    named=0.55,
    families={"iron": ("celadon", "tenmoku"), "copper": ("sancai", "oxblood"), "feldspar": ("white", "cobalt")},
    broad_phrases=("with {} glaze", "under a glaze rich in {}"),
    broad=0.15,
)
KILN = Topic(
    words={
        "Jingdezhen": ("Jingdezhen", "Fuliang"),
        "Longquan": ("Longquan", "Chuzhou"),
        "Cizhou": ("Cizhou", "Cixian"),
        "Jun": ("Jun", "Junzhou"),
        "Ding": ("Ding", "Dingzhou"),
        "Ru": ("Ru", "Ruzhou"),
    },
    phrases=("made at {}", "{} kilns", "fired at {}", "{} ware", "from {}"),
    named=0.75,
    families={
        "Jiangxi": ("Jingdezhen",),
        "Zhejiang": ("Longquan",),
        "Hebei": ("Cizhou", "Ding"),
        "Henan": ("Jun", "Ru"),
    },
    broad_phrases=("made in {} province", "{} province", "from a kiln in {}"),
    broad=0.15,
)
MOTIF = Topic(
    words={
        "plain": ("plain", "smooth", "undecorated"),
        "fluted": ("fluted", "ribbed", "gadrooned"),
        "scaled": ("scaled", "imbricated", "scale-pattern"),
        "combed": ("combed", "slantwise incised", "striated"),
    },
    phrases=("{} ground", "{} surface"),
    named=0.6,
)
ZONE = Topic(
    words={
        "shoulder": ("shoulder", "collar", "upper band"),
        "waist": ("waist", "girdle", "middle band"),
        "foot": ("foot", "base", "lower band"),
    },
    phrases=(
        "dated by the {}",
        "dated by its {} ornament",
        "{} ornament gives the date",
        "date taken from the {}",
    ),
    named=1.0,
)
NOUNS = ("piece", "work", "object", "ceramic", "example")
WEAR = (
    ("well preserved", "in good condition", ""),
    ("slightly worn", "one chip", "scratched"),
    ("worn", "chips and scratches", "poor condition"),
)
DONORS = ("Hart", "Okafor", "Lindqvist", "Moreau", "Tanaka", "Alvarez", "Novak", "Haddad")
TOWNS = ("Basel", "Boston", "Kyoto", "Lagos", "Lima", "Oslo")
GALLERIES = ("North", "South", "East", "West", "Store")
CARD_MISSING = 0.15  # share of empty metadata fields


@dataclass(frozen=True)
class Facts:
    """Everything a text may depend on. Neither the form, nor the ornaments, nor the period is here.

    Args:
        zone: which zone bears the ornament that dates the piece.
        wear: number of scratches and chips, 0-2.
    """

    glaze: str
    motif: str
    kiln: str
    zone: str
    wear: int


def describe(facts: Facts, generator: np.random.Generator) -> dict[str, str]:
    """One cataloguer's text: `title` (glaze), `description` (motif, dated zone, wear), `note` (kiln, distractors)."""
    title = f"{_one(NOUNS, generator)} {GLAZE.phrase(facts.glaze, generator)}"
    dating = ZONE.phrase(facts.zone, generator)
    motif = MOTIF.phrase(facts.motif, generator)
    note = [KILN.phrase(facts.kiln, generator), *_distractors(generator)]
    return {
        "title": _upper(title.strip()),
        "description": _sentences([f"{motif}, {dating}" if motif else dating, _one(WEAR[facts.wear], generator)]),
        "note": _sentences([note[place] for place in generator.permutation(len(note))]),
    }


def card(generator: np.random.Generator) -> dict[str, str | float]:
    """The structured fields of one record, each missing now and then. None depends on any task."""
    fields: dict[str, str | float] = {
        "height_cm": round(float(generator.lognormal(3, 0.4)), 1),
        "accession_year": int(generator.integers(1880, 2020)),
        "gallery": _one(GALLERIES, generator),
    }
    return {name: value for name, value in fields.items() if generator.random() >= CARD_MISSING}


def _distractors(generator: np.random.Generator) -> list[str]:
    """One or two remarks that say nothing about any task."""
    donor, town, number = _one(DONORS, generator), _one(TOWNS, generator), generator.integers(100, 1000)
    remarks = [f"gift of {donor}", f"bought in {town}", f"shown in {_one(TOWNS, generator)}", f"inventory {number}"]
    return [remarks[place] for place in generator.permutation(len(remarks))[: generator.integers(1, 3)]]


def _one(options: Sequence[str], generator: np.random.Generator) -> str:
    return options[int(generator.integers(len(options)))]


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _sentences(remarks: Sequence[str]) -> str:
    return " ".join(f"{_upper(remark)}." for remark in remarks if remark)
