"""What a check is, and what it says when a promise is broken."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from vbg_framework.base.errors import VBGError

PAGE = "docs/conformance.md"
Status = Literal["passed", "failed", "expected", "skipped"]


class Broken(AssertionError):
    """A component breaks a promise of its interface.

    Args:
        promise: what every component of its kind promises.
        expected: what was to be seen here.
        got: what was seen.
        cause: what it usually comes from.
        link: where more is said.
    """

    def __init__(self, promise: str, expected: str, got: str, cause: str, link: str) -> None:
        self.promise, self.expected, self.got, self.cause, self.link = promise, expected, got, cause, link
        lines = (f"expected:    {expected}", f"got:         {got}", f"usual cause: {cause}", f"more:        {link}")
        super().__init__("\n  ".join((promise, *lines)))


class Unmet(Exception):
    """Raised inside a check; becomes `Broken` with the words of the check."""

    def __init__(self, expected: str, got: object) -> None:
        self.expected, self.got = expected, str(got)
        super().__init__(f"expected {expected}, got {got}")


class NotApplicable(Exception):
    """Raised inside a check that cannot be made on this component; says why."""


def expect(condition: object, expected: str, got: object) -> None:
    """Break the promise unless the condition holds."""
    if not condition:
        raise Unmet(expected, got)


def always(kind: type[Any]) -> bool:
    """Applies to every component."""
    return True


@dataclass(frozen=True)
class Check:
    """One promise, and the function that tries it.

    Args:
        id: its name, also the anchor on the page of the documentation.
        kind: what it is asked of: `all`, `module` (encoder, fusion, classifier), `encoder`, `fusion`, `classifier`,
            `learnt` (estimator, augmenter), `estimator`, or any other kind of component.
        promise: one sentence.
        cause: what usually breaks it.
        function: tries it on a `Subject`; may return a remark.
        fix: what to do about it.
        applies: whether a class is asked at all.
    """

    id: str
    kind: str
    promise: str
    cause: str
    function: Callable[[Any], str | None]
    fix: str = ""
    applies: Callable[[type[Any]], bool] = always

    def __call__(self, subject: Any) -> str:
        """Try it; return a remark, possibly empty.

        Raises:
            Broken: the promise is broken, or the component raised something.
            NotApplicable: it cannot be tried here.
        """
        try:
            return self.function(subject) or ""
        except NotApplicable:
            raise
        except Unmet as unmet:
            raise self._broken(unmet.expected, unmet.got) from None
        except VBGError as error:
            raise self._broken("no error", str(error)) from error
        except Exception as error:  # third-party code may raise anything
            raise self._broken("no exception", f"{type(error).__name__}: {error} ({place_of(error)})") from error

    def _broken(self, expected: str, got: str) -> Broken:
        return Broken(self.promise, expected, " ".join(got.split()), self.cause, f"{PAGE}#{self.id}")


@dataclass(frozen=True)
class Outcome:
    """What became of one check.

    Args:
        component: `encoder vit`.
        check: its id.
        status: `expected` = failed as announced; `skipped` = it could not be made.
        message: why it failed or was skipped; with `passed`, a remark.
        seconds: how long it took.
    """

    component: str
    check: str
    status: Status
    message: str
    seconds: float


def promise(
    kind: str, text: str, *, cause: str, fix: str, applies: Callable[[type[Any]], bool] = always
) -> Callable[[Callable[[Any], str | None]], Check]:
    """Turn the function `check_<id>` into the check `<id>`."""

    def make(function: Callable[[Any], str | None]) -> Check:
        return Check(function.__name__.removeprefix("check_"), kind, text, cause, function, fix, applies)

    return make


def checks_in(module: ModuleType | Mapping[str, Any]) -> Iterator[Check]:
    """The checks a module holds, in order."""
    names = module if isinstance(module, Mapping) else vars(module)
    return (value for value in names.values() if isinstance(value, Check))


def place_of(error: Exception) -> str:
    """File and line that an error comes from."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(frame.filename).parent.name}/{Path(frame.filename).name}:{frame.lineno}"
