"""The interface of a modality beside image, text and metadata. Light."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Generic

from vbg_framework.contracts.option_type import Options

if TYPE_CHECKING:
    from PIL import Image

OWN = ("image", "text", "metadata")
"""The modalities that the framework knows by itself."""


def modality_of(key: str) -> str:
    """What an encoder reads, from its key in an experiment: `image` of `image`, and of `image-small`."""
    return key.partition("-")[0]


class Modality(ABC, Generic[Options]):
    """A kind of input such as sounds or depth maps. Its component is called like its key in `Record.inputs`.

    What a data set or a user gives is stored as bytes with the prepared data, and opened again as the raw item that
    encoders and augmenters get. In prediction the same two steps are taken, so a model reads what it was trained with.

    Args:
        config: the options, an instance of the component's `Config` class.

    Attributes:
        suffixes: of files of this kind, in lower case, such as `(".wav",)`: those that are found in a folder.
    """

    suffixes: ClassVar[tuple[str, ...]] = ()

    def __init__(self, config: Options) -> None:
        self.config = config

    @abstractmethod
    def store(self, value: Any) -> bytes:
        """The form that is kept. Equal bytes count as copies: their objects stay in one split.

        Args:
            value: the bytes of a file, which the core has read; or an item as `open` returns it.

        Raises:
            ValueError: it cannot be used; the message is the reason in words. The record goes to the quarantine, and in
                prediction the model goes on without.
        """

    @abstractmethod
    def open(self, stored: bytes) -> Any:
        """The raw item behind bytes that `store` returned: what processors of encoders get."""

    @abstractmethod
    def example(self, number: int) -> Any:
        """A small item as `open` would return it, another one for every number: the kit tries encoders with them."""

    def picture(self, item: Any) -> Image.Image | None:
        """What people see of an item in cards and reports, in RGB. Default: nothing."""
        return None
