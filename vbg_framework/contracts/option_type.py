"""The type of a component's options: `class InkEncoder(Encoder[InkConfig])` gives `self.config` that type."""

from __future__ import annotations

from typing import Any

from typing_extensions import TypeVar

Options = TypeVar("Options", default=Any)
"""Without brackets, as in `class InkEncoder(Encoder)`, the options are of any type."""
