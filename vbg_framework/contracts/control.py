"""The interface of a control of studies. Light."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

Options = Mapping[str, Any]


class Control(ABC):
    """An arm that a study adds, to compare with: the study's experiment, with changes.

    Its arm is called like the component, with hyphens. Reports compare it with `none`.

    Args:
        config: the options, an instance of the component's `Config` class.

    Attributes:
        copies: True = one arm per arm that generates records, called `<control>-<arm>`. It waits for that arm and is
            asked, by `loop.quota`, for as many records of each class as that one trained on.
    """

    copies: ClassVar[bool] = False

    def __init__(self, config: Any) -> None:
        self.config = config

    @abstractmethod
    def changes(self, base: Options) -> Options:
        """What it changes, as an experiment in a registry would.

        Args:
            base: the options of the study's experiment, without an augmenter; with `copies`, those of the arm.
        """

    def applies(self, base: Options) -> bool:
        """Whether it differs from `none` in such an experiment; else the study does without it. Default: yes."""
        return True

    def for_all(self, base: Options, study: Options) -> Options:
        """What all arms of a study change because of it, such as records they do without. Default: nothing.

        Args:
            base: the options of the study's experiment.
            study: the study's own options, complete.
        """
        return {}
