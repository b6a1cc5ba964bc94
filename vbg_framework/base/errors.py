"""One error type for everything a user can put right, worded the same way everywhere."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class VBGError(Exception):
    """A mistake the user can correct; shown as one line, without a traceback.

    The message reads `<where>: <what is wrong>, got <value>. <what to do>`.
    """

    def __init__(self, where: str, what: str, fix: str = "") -> None:
        self.where, self.what, self.fix = where, what, fix
        super().__init__(f"{where}: {what}." + (f" {fix}" if fix else ""))

    def __reduce__(self) -> tuple[type[VBGError], tuple[str, str, str]]:
        """Pickled by what it was made of, so that it comes back from another process."""
        return type(self), (self.where, self.what, self.fix)


class InputError(VBGError, ValueError):
    """An argument that cannot be used, in the way scikit-learn tells it."""


class Interrupted(VBGError):
    """Somebody pressed Ctrl+C; what was written is kept."""


class VersionWarning(UserWarning):
    """A model was trained with another version of a plugin, or with other code of it, than the one installed."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The `Did you mean ...? Known: ...` half of a message about a name nobody knows."""
    known = sorted(known)
    if not known:
        return "None is known."
    close = difflib.get_close_matches(word, known, n=1)
    guess = f"Did you mean '{close[0]}'? " if close else ""
    return f"{guess}Known: {', '.join(known)}."
