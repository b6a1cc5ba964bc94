"""What a component promises that holds components: options of the type `Part`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from torch import nn

from vbg_framework.config.part import Part, held
from vbg_framework.contracts.estimator import EstimatorClassifier
from vbg_framework.contracts.interfaces import Augmenter, Classifier, Encoder, Fusion
from vbg_framework.contracts.loss import Loss
from vbg_framework.testing.check import expect, promise
from vbg_framework.testing.subject import Subject

ASKED: dict[type[Any], tuple[tuple[str, ...], ...]] = {
    Encoder: (("prepare",), ("pretrain",), ("forward",)),
    Fusion: (("forward",),),
    Classifier: (("forward",),),
    EstimatorClassifier: (("fit",),),
    Augmenter: (("fit",), ("generate", "transform", "resample")),
    Loss: (("single", "several"),),
}
"""Interface -> methods of which one must be called, where a class has any of its own; other kinds are only used."""
NOTHING = "it holds no components"


@dataclass
class Calls:
    """What was seen of the components that one holds.

    Attributes:
        asked: (class, method, options) of each call.
        made: modules, each with the names of the parameters that it left trainable when it was made.
    """

    asked: list[tuple[type[Any], str, Any]] = field(default_factory=list)
    made: list[tuple[nn.Module, set[str]]] = field(default_factory=list)

    def has(self, part: Part[Any], names: tuple[str, ...]) -> bool:
        """Whether one of these methods of this component was called, with its options."""
        return any(kind is part.load() and name in names and part.config == told for kind, name, told in self.asked)


@promise(
    "all",
    "Every component that it holds is asked, with the options it was given.",
    cause="a chain that stops after its first part, a part with the usual options, a forgotten `fit` or `pretrain`",
    fix="Go through all parts of the options, make each with `part.make(...)`, and hand on what the interface asks.",
)
def check_held_components_are_asked(subject: Subject) -> str:
    """Do all that a run does with it, and note which methods of which parts are called."""
    parts = dict(held(subject.config))
    if not parts:
        return NOTHING
    calls = _watched(subject)
    for place, part in parts.items():
        for names in _needed(part.load()):
            one = " or ".join(f"`{name}`" for name in names)
            what = f"a call of {one} of `{place}` ({part.name}) with its options"
            expect(calls.has(part, names), what, "none, or one without items")
    return ", ".join(parts)


@promise(
    "all",
    "What is frozen in a component that it holds stays frozen.",
    cause="`requires_grad_(True)` over all parameters of the holder, so that a part with `frozen: true` is trained",
    fix="Change `requires_grad` of layers of your own only.",
)
def check_held_components_stay_frozen(subject: Subject) -> str:
    """Compare what is trainable in each part when it was made, and when all was done."""
    if not any(issubclass(part.load(), nn.Module) for _, part in held(subject.config)):
        return NOTHING
    for module, before in _watched(subject).made:
        thawed = sorted(_trainable(module) - before)
        got = f"{', '.join(thawed[:3])} of {type(module).__name__} trained"
        expect(not thawed, "its frozen parameters left as they were", got)
    return ""


def _watched(subject: Subject) -> Calls:
    """What one does that nobody has used before; seen once."""
    if "held_calls" not in subject.__dict__:
        other, calls = type(subject)(subject.component, subject.options), Calls()
        with _noted([part.load() for _, part in held(other.config)], calls):
            other.live()
            for act in other.acts().values():
                act()
        subject.__dict__["held_calls"] = calls
    result: Calls = subject.__dict__["held_calls"]
    return result


def _needed(kind: type[Any]) -> Iterator[tuple[str, ...]]:
    """Methods of which one must be called, those it has not inherited from its interface."""
    for base, needs in ASKED.items():
        if issubclass(kind, base):
            for names in needs:
                if own := tuple(name for name in names if _function(kind, name) is not _function(base, name)):
                    yield own


def _function(kind: type[Any], name: str) -> Any:
    """A method, also of the class."""
    method = getattr(kind, name)
    return getattr(method, "__func__", method)


@contextmanager
def _noted(kinds: list[type[Any]], calls: Calls) -> Iterator[None]:
    """Note every call of what these classes are asked for, and what they make."""
    with ExitStack() as stack:
        for kind in dict.fromkeys(kinds):
            for name in {name for names in _needed(kind) for name in names}:
                stack.enter_context(_replaced(kind, name, _calling(kind, name, calls)))
            if issubclass(kind, nn.Module):
                stack.enter_context(_replaced(kind, "__init__", _making(kind, calls)))
        yield


def _calling(kind: type[Any], name: str, calls: Calls) -> Callable[..., Any]:
    original = _function(kind, name)
    if name == "prepare":
        return _preparing(original, calls)

    @wraps(original)
    def call(self: Any, *args: Any, **options: Any) -> Any:
        note = (type(self), name, getattr(self, "config", None))
        if name == "pretrain":
            args = (Read(args[0] if args else options.pop("items")), *args[1:])
        result = original(self, *args, **options)
        if name == "pretrain" and args[0].is_empty:
            return result
        if name == "transform" and result is not None:
            return Applied(result, lambda: calls.asked.append(note))
        calls.asked.append(note)
        return result

    return call


def _preparing(original: Any, calls: Calls) -> Any:
    @wraps(original)
    def prepare(cls: type[Any], config: Any, items: Iterable[Any], *args: Any, **options: Any) -> None:
        read = Read(items)
        original(cls, config, read, *args, **options)
        if not read.is_empty:
            calls.asked.append((cls, "prepare", config))

    return classmethod(prepare)


class Read:
    """Items that know whether somebody looked for one and found none."""

    def __init__(self, items: Iterable[Any]) -> None:
        self._items, self.is_empty = items, False

    def __iter__(self) -> Iterator[Any]:
        count = 0
        for item in self._items:
            count += 1
            yield item
        self.is_empty = self.is_empty or not count


class Applied:
    """A transform that tells when it is applied."""

    def __init__(self, transform: Any, tell: Callable[[], None]) -> None:
        self._transform, self._tell = transform, tell

    def __call__(self, items: Any) -> Any:
        """Tell, and apply it."""
        self._tell()
        return self._transform(items)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["_transform"], name)


def _making(kind: type[Any], calls: Calls) -> Callable[..., None]:
    original: Any = kind.__init__

    @wraps(original)
    def make(self: Any, *args: Any, **options: Any) -> None:
        original(self, *args, **options)
        if type(self) is kind:
            calls.made.append((self, _trainable(self)))

    return make


@contextmanager
def _replaced(kind: type[Any], name: str, method: Any) -> Iterator[None]:
    """A class with another method."""
    own = vars(kind).get(name)
    setattr(kind, name, method)
    try:
        yield
    finally:
        setattr(kind, name, own) if own is not None else delattr(kind, name)


def _trainable(module: nn.Module) -> set[str]:
    return {name for name, parameter in module.named_parameters() if parameter.requires_grad}
