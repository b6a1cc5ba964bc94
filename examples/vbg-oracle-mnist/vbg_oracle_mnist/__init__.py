"""Dataset `oracle_mnist`: scans of oracle-bone characters in the IDX format of MNIST."""

from collections.abc import Iterable

from vbg_framework import Component, Config, hookimpl


class OracleMnistConfig(Config):
    """Where the two files lie."""

    path: str = "oracle-mnist-t10k"
    """Folder of the .gz files; a relative path is also looked up in the folder VBG_DATA."""
    part: str = "t10k"
    """`train` or `t10k`: the first word of the files' names."""


@hookimpl
def vbg_components() -> Iterable[Component]:
    """Declare the data set."""
    return [
        Component(
            "dataset", "oracle_mnist", OracleMnistConfig, "vbg_oracle_mnist.dataset:OracleMnist", modalities=("image",)
        )
    ]
