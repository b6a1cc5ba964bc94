"""Public names that are imported when they are first used. Light."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any


def lazy(
    package: str, modules: Mapping[str, Sequence[str]], ending: Mapping[str, str] | None = None
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """`__getattr__` and `__dir__` of a package (PEP 562).

    Args:
        package: its name.
        modules: module of the framework -> public names it defines.
        ending: name that is still found, with a `DeprecationWarning` -> `module: what to use instead`.
    """
    homes = {name: module for module, names in modules.items() for name in names}

    def get(name: str) -> Any:
        if told := (ending or {}).get(name):
            module, _, instead = told.partition(": ")
            warnings.warn(f"{package}.{name} ends with version 2.0. {instead}", DeprecationWarning, stacklevel=3)
            return getattr(importlib.import_module(f"vbg_framework.{module}"), name)
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(importlib.import_module(f"vbg_framework.{homes[name]}"), name)

    return get, lambda: sorted(homes)
