"""What everything in a new plugin is called, worked out from one word. Light."""

from __future__ import annotations

import keyword
import re
import sys
from dataclasses import dataclass

from vbg_framework.base.errors import VBGError

PREFIX = "vbg-"
_WELL_FORMED = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Name:
    """The name of a new plugin in its four spellings.

    Args:
        distribution: what is installed: `vbg-ink-wash`.
    """

    distribution: str

    @property
    def package(self) -> str:
        """What is imported, and the plugin's name in `vbg plugins`: `vbg_ink_wash`."""
        return self.distribution.replace("-", "_")

    @property
    def component(self) -> str:
        """What users write after `type:`: `ink_wash`."""
        return self.distribution.removeprefix(PREFIX).replace("-", "_")

    @property
    def stem(self) -> str:
        """How its classes begin: `InkWash`."""
        return "".join(word.capitalize() for word in self.component.split("_"))


def checked(name: str) -> Name:
    """The name, if a package can be called that.

    Raises:
        VBGError: it is malformed, or Python or an installed package has it already.
    """
    where = f"vbg plugin new {name}"
    if not (_WELL_FORMED.fullmatch(name) and Name(name).component[0].isalpha()):
        fix = f"Use lower case letters, digits and hyphens, and begin with a letter, also after {PREFIX}: vbg-ink-wash."
        raise VBGError(where, f"a plugin's name is kebab-case, got '{name}'", fix)
    package = Name(name).package
    other = f"Take another, such as {name}-2." if name.startswith(PREFIX) else f"Take {PREFIX}{name}."
    if package == "vbg":
        raise VBGError(where, "'vbg' is the framework's own command", "Take another, such as vbg-ink-wash.")
    if keyword.iskeyword(package) or keyword.issoftkeyword(package):
        raise VBGError(where, f"'{package}' is a word of the Python language", other)
    if package in sys.stdlib_module_names:
        raise VBGError(where, f"'{package}' is a module of Python's standard library", other)
    if any(finder.find_spec(package, None) for finder in sys.meta_path):
        raise VBGError(where, f"a package '{package}' is installed already", other)
    return Name(name)
