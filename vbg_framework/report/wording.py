"""Messages of pages for others, in several languages: one file each, whose name is the language. Light."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vbg_framework.base.errors import VBGError, did_you_mean
from vbg_framework.base.yaml_file import read_yaml

FOLDER = Path(__file__).parent / "languages"
ENGLISH = "en"


def languages() -> list[str]:
    """The languages there are."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


class Wording:
    """The messages of one language.

    Args:
        language: such as `de`.

    Raises:
        VBGError: nobody has written its messages.
    """

    def __init__(self, language: str = ENGLISH) -> None:
        if language not in languages():
            raise VBGError("--language", f"no messages in '{language}'", did_you_mean(language, languages()))
        self.language = language
        self._messages: dict[str, str] = read_yaml(FOLDER / f"{language}.yaml", words=True)

    def say(self, key: str, **values: Any) -> str:
        """A message with its values; whole numbers get separators of thousands."""
        shown = {name: self.number(value) if isinstance(value, int) else value for name, value in values.items()}
        return self._messages[key].format(**shown)

    def word(self, name: str) -> str:
        """The word for a modality; one that the catalogue does not know keeps its name."""
        return self._messages.get(name, name.replace("_", " "))

    def number(self, value: int) -> str:
        """A whole number as it is written in this language."""
        return f"{value:,}".replace(",", self._messages["thousands"])

    def several(self, words: list[str]) -> str:
        """Words as a list: the last two joined by *and*."""
        return self._messages["and"].join(filter(None, [", ".join(words[:-1]), words[-1]]))
