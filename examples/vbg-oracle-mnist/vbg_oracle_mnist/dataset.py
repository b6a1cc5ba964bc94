"""The dataset `oracle_mnist`."""

import gzip
import struct
from collections.abc import Iterator

import numpy as np
from PIL import Image

from vbg_framework import Dataset, Record, Task, VBGError
from vbg_framework.paths import locate


class OracleMnist(Dataset):
    """Reads the IDX files (a header of big-endian integers, then bytes) picture by picture."""

    @property
    def tasks(self) -> list[Task]:
        """Which of ten characters it is."""
        return [Task("character")]

    def sources(self) -> list:
        """The two files."""
        folder, part = locate(self.config.path, variable="VBG_DATA"), self.config.part
        return [folder / f"{part}-images-idx3-ubyte.gz", folder / f"{part}-labels-idx1-ubyte.gz"]

    def records(self) -> Iterator[Record]:
        """Yield a record per scan, in the order of the files."""
        images, labels = self.sources()
        try:
            with gzip.open(images) as image_file, gzip.open(labels) as label_file:
                magic, count, height, width = struct.unpack(">4i", image_file.read(16))
                if (magic, *struct.unpack(">2i", label_file.read(8))) != (2051, 2049, count):
                    raise ValueError("the headers are not those of images and of as many labels")
                for number in range(count):
                    pixels = np.frombuffer(image_file.read(height * width), np.uint8).reshape(height, width)
                    label = str(label_file.read(1)[0])
                    source, image = f"{images.name}:{number}", Image.fromarray(pixels)
                    yield Record(source, {"image": image}, {"character": label}, licence="Apache-2.0", source=source)
        except (OSError, EOFError, ValueError, IndexError, struct.error) as error:
            raise VBGError(str(images), f"cannot be read ({error})", "Download both files again.") from error
