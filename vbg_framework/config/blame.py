"""Which plugin an unforeseen error came from."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from vbg_framework.base.errors import VBGError
from vbg_framework.config.part import Part, with_held


def blame(error: BaseException, parts: Mapping[str, Part[Any]]) -> str | None:
    """Name the plugin and component in whose code the error was raised; None if it was in nobody's.

    Args:
        parts: the components of the run.
    """
    parts = with_held(parts)
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        file = Path(frame.filename)
        suspects = {key: part for key, part in parts.items() if file.is_relative_to(_folder(part))}
        exact = {key: part for key, part in suspects.items() if file == _file(part.component.target)}
        for key, part in (exact if len(exact) == 1 else suspects).items():
            which = f" ({key}: {part.component.name})" if 1 in (len(exact), len(suspects)) else ""
            return f"plugin {part.plugin.name}{which}"
    return None


def raised_at(error: BaseException, modules: Iterable[str]) -> str:
    """`file:line` of the deepest frame in the packages of these modules; of the deepest at all if it is in none."""
    homes = [_home(module) for module in modules]
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if any(Path(frame.filename).is_relative_to(home) for home in homes)]
    return f"{(own or frames)[-1].filename}:{(own or frames)[-1].lineno}"


@contextmanager
def plugin_errors(parts: Mapping[str, Part[Any]]) -> Iterator[None]:
    """Turn what the code of these components raises into one line; errors of nobody's code stay as they are.

    Raises:
        VBGError: naming the plugin, the component, and the file and line.
    """
    try:
        yield
    except VBGError:
        raise
    except (Exception, SystemExit) as error:  # third-party code may raise anything
        who = blame(error, parts)
        if who is None:
            raise
        first = (str(error).splitlines() or [""])[0]
        place = raised_at(error, [part.component.target.partition(":")[0] for part in with_held(parts).values()])
        fix = f"Raised at {place}. Report it to the plugin's author."
        raise VBGError(who, f"{type(error).__name__}: {first}", fix) from error


def _file(target: str) -> Path:
    """The file a component's class stands in."""
    return Path(getattr(sys.modules.get(target.partition(":")[0]), "__file__", None) or "nowhere")


def _folder(part: Part[Any]) -> Path:
    """Folder of the component's package, or its only file."""
    return _home(part.component.target)


def _home(module: str) -> Path:
    file = _file(module.partition(".")[0])
    return file.parent if file.name == "__init__.py" else file
