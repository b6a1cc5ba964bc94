"""The catalogue's grammar: what a text says, how it words it, what it leaves out and what it adds for nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

GLAZE_WORDS = {
    "celadon": ("celadon", "sea-green celadon", "qingci"),
    "white": ("white", "ivory-white", "tianbai"),
    "cobalt": ("cobalt", "sapphire-blue", "cobalt blue"),
    "tenmoku": ("tenmoku", "hare's-fur", "temmoku"),
    "sancai": ("sancai", "three-colour", "amber sancai"),
    "oxblood": ("oxblood", "sang-de-boeuf", "langyao red"),
}
GLAZE_FAMILIES = {
    "iron": ("celadon", "tenmoku"),
    "copper": ("sancai", "oxblood"),
    "feldspar": ("white", "cobalt"),
}
KILN_WORDS = {
    "Jingdezhen": ("Jingdezhen", "Fuliang"),
    "Longquan": ("Longquan", "Chuzhou"),
    "Cizhou": ("Cizhou", "Cixian"),
    "Jun": ("Jun", "Junzhou"),
    "Ding": ("Ding", "Dingzhou"),
    "Ru": ("Ru", "Ruzhou"),
}
KILN_FAMILIES = {
    "Jiangxi": ("Jingdezhen",),
    "Zhejiang": ("Longquan",),
    "Hebei": ("Cizhou", "Ding"),
    "Henan": ("Jun", "Ru"),
}
MOTIF_WORDS = {
    "plain": ("plain", "smooth", "undecorated"),
    "fluted": ("fluted", "ribbed", "gadrooned"),
    "scaled": ("scaled", "imbricated", "scale-pattern"),
    "combed": ("combed", "slantwise incised", "striated"),
}
ZONE_WORDS = {
    "crown": ("crown", "top", "uppermost band"),
    "shoulder": ("shoulder", "collar", "second band"),
    "waist": ("waist", "girdle", "third band"),
    "foot": ("foot", "base", "lowest band"),
}
WEAR = (
    ("well preserved", "in good condition", ""),
    ("slightly worn", "one chip", "scratched"),
    ("worn", "chips and scratches", "poor condition"),
)

GLAZED = ("{1} {0}", "{0} with {1} glaze", "{1}-glazed {0}")
UNGLAZED = ("{0}", "glazed {0}", "decorated {0}")
NOUNS = ("piece", "work", "object", "ceramic", "example")
DATINGS = (
    "dated by the {}",
    "{} ornament gives the date",
    "dated by its {} ornament",
    "{} dates it",
)
PLACES = ("made at {}", "{} kilns", "fired at {}", "{} ware", "from {}")
REGIONS = ("made in {} province", "{} province", "from a kiln in {}")
DONORS = ("Hart", "Okafor", "Lindqvist", "Moreau", "Tanaka", "Alvarez", "Novak", "Haddad")
SHOWS = ("Basel", "Boston", "Kyoto", "Lagos", "Lima", "Oslo")
GALLERIES = ("North", "South", "East", "West", "Store")
CARD_MISSING = 0.15  # share of empty metadata fields


@dataclass(frozen=True)
class Mention:
    """How often a text gives a fact by name, only by its family, or not at all. The shares sum to 1."""

    named: float
    family: float
    missing: float


GLAZE_MENTION = Mention(0.55, 0.15, 0.30)
KILN_MENTION = Mention(0.75, 0.15, 0.10)
MOTIF_MENTION = Mention(0.60, 0.0, 0.40)


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
    """One cataloguer's text: `title` (glaze), `description` (motif and dated zone), `note` (kiln and distractors)."""
    glaze = _mention(facts.glaze, GLAZE_MENTION, GLAZE_WORDS, GLAZE_FAMILIES, generator)
    motif = _mention(facts.motif, MOTIF_MENTION, MOTIF_WORDS, {}, generator)
    dating = _one(DATINGS, generator).format(_one(ZONE_WORDS[facts.zone], generator))
    remarks = [_kiln(facts.kiln, generator), *_distractors(generator)]
    return {
        "title": _upper(_one(GLAZED if glaze else UNGLAZED, generator).format(_one(NOUNS, generator), glaze)),
        "description": _sentences(
            [f"{motif} ground, {dating}" if motif else dating, _one(WEAR[facts.wear], generator)]
        ),
        "note": _sentences([remarks[place] for place in generator.permutation(len(remarks))]),
    }


def _one(options: Sequence[str], generator: np.random.Generator) -> str:
    return options[generator.integers(len(options))]


def _mention(
    name: str,
    mention: Mention,
    words: Mapping[str, Sequence[str]],
    families: Mapping[str, Sequence[str]],
    generator: np.random.Generator,
) -> str:
    """A word for the fact, the word for its family, or an empty string."""
    draw = generator.random()
    if draw < mention.named:
        return _one(words[name], generator)
    if draw < mention.named + mention.family:
        return next(family for family, members in families.items() if name in members)
    return ""


def _kiln(kiln: str, generator: np.random.Generator) -> str:
    place = _mention(kiln, KILN_MENTION, KILN_WORDS, KILN_FAMILIES, generator)
    return _one(REGIONS if place in KILN_FAMILIES else PLACES, generator).format(place) if place else ""


def _distractors(generator: np.random.Generator) -> list[str]:
    """One or two remarks that say nothing about any task."""
    year, donor = generator.integers(1880, 2020), _one(DONORS, generator)
    remarks = [f"gift of {donor}", f"bought {year}", f"shown in {_one(SHOWS, generator)}", f"{year % 40 + 9} cm high"]
    return [remarks[place] for place in generator.permutation(len(remarks))[: generator.integers(1, 3)]]


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _sentences(remarks: Sequence[str]) -> str:
    return " ".join(f"{_upper(remark)}." for remark in remarks if remark)


def card(generator: np.random.Generator) -> dict[str, str | float]:
    """The structured fields of one record, each missing now and then. None depends on any task."""
    fields = {
        "height_cm": round(float(generator.lognormal(3, 0.4)), 1),
        "accession_year": int(generator.integers(1880, 2020)),
        "gallery": _one(GALLERIES, generator),
    }
    return {name: value for name, value in fields.items() if generator.random() >= CARD_MISSING}
