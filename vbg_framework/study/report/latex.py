"""Tables that pdflatex compiles as they are. Nothing of a package beyond a base installation is needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

OPENING = r"""\documentclass{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage[a4paper,landscape,margin=15mm]{geometry}
\begin{document}\small
"""
CLOSING = r"\end{document}" + "\n"
COMMANDS = {
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}",
    ">": r"\textgreater{}", "|": r"\textbar{}", "\u2212": "$-$", "—": "---", "\u2013": "--", '"': r"\textquotedbl{}",
    **{sign: "\\" + sign for sign in "&%$#_{}"},
}  # fmt: skip
PRINTED = 0x17F
"""Last letter that the font is sure to have (Latin Extended-A)."""


def escaped(text: str) -> str:
    """Text as LaTeX prints it; a letter that the font lacks is written as `[U+9752]`."""
    return "".join(map(_escaped, text))


def document(tables: Iterable[tuple[str, Sequence[str], Sequence[Sequence[str]]]]) -> str:
    """A document of tables.

    Args:
        tables: caption, header and rows of each, in plain text.
    """
    return OPENING + "\n".join(line for table in tables for line in _table(*table)) + "\n" + CLOSING


def _escaped(letter: str) -> str:
    if letter in COMMANDS:
        return COMMANDS[letter]
    if letter.isspace() or not letter.isprintable():
        return " "
    return letter if ord(letter) <= PRINTED else f"[U+{ord(letter):04X}]"


def _table(caption: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield from ("", r"\begin{table}[ht]", r"\centering", rf"\caption{{{escaped(caption)}}}")
    yield from (rf"\begin{{tabular}}{{{'l' * len(header)}}}", r"\hline", _row(header), r"\hline")
    yield from (*map(_row, rows), r"\hline", r"\end{tabular}", r"\end{table}")


def _row(cells: Sequence[str]) -> str:
    return " & ".join(f"{{{escaped(cell)}}}" for cell in cells) + r" \\"
