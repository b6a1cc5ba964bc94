"""Tells Central from Western European words by their letters: `město` from `mìsto`. Light."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import combinations_with_replacement

WESTERN = {
    "German": ("äöüß", "", 0.0),
    "French": ("àâæçèéêëîïôœùûüÿ", "", 0.0),
    "Spanish": ("áéíóúüñ", "", 0.0),
    "Italian": ("àèéìíîòóùú", "", 0.0),
    "Portuguese": ("áâãàçéêíóôõú", "ãç", 0.2),
    "Catalan": ("àçèéíïòóúü", "", 0.0),
    "Dutch": ("éëèïóöü", "", 0.0),
    "Danish and Norwegian": ("æøåéöäòô", "", 0.0),
    "Swedish and Finnish": ("åäöé", "", 0.0),
    "Icelandic": ("áéíóúýðþæö", "ðþ", 0.05),
}
"""Language -> its letters beyond ASCII, those of them that no text goes without, and the share these have at least."""
CENTRAL = {
    "Polish": ("ąćęłńóśźż", "łąęśż", 0.4),
    "Czech": ("áčďéěíňóřšťúůýž", "řěšž", 0.15),
    "Slovak": ("áäčďéíĺľňóôŕšťúýž", "ľťšž", 0.15),
    "Hungarian": ("áéíóöőúüű", "őű", 0.05),
    "Slovene and Croatian": ("čćđšž", "šž", 0.3),
    "Romanian": ("ăâîşţ", "ăşţ", 0.4),
}
"""The same of those that code page 1250 writes."""


def explained_more(western: str, central: str) -> float:
    """How much larger a share of the letters beyond ASCII one Central European language explains than two Western ones.

    Args:
        western: a text as Western European letters.
        central: the same bytes as Central European letters.
    """
    return _explained(central, CENTRAL, 1) - _explained(western, WESTERN, 2)


def _explained(text: str, languages: Mapping[str, tuple[str, str, float]], most: int) -> float:
    """Largest share of the letters beyond ASCII that so many languages have together, German umlauts included."""
    counts = Counter(sign for sign in text.lower() if sign.isalpha() and not sign.isascii())
    known = [set(every) for every, sure, least in languages.values() if _share(counts, set(sure)) >= least]
    german = set(WESTERN["German"][0])
    chosen = (set().union(*some) | german for some in combinations_with_replacement(known, most))
    return max((_share(counts, letters) for letters in chosen), default=0.0)


def _share(counts: Counter[str], letters: set[str]) -> float:
    return sum(counts[letter] for letter in letters) / max(1, counts.total())
