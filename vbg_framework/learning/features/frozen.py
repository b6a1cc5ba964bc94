"""The features of frozen encoders are computed once and cached."""

from __future__ import annotations

import hashlib
import io
import json
import pickle
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from copy import copy
from itertools import zip_longest
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator
from accelerate.utils import broadcast_object_list, send_to_device

from vbg_framework.base.cached import cache_folder
from vbg_framework.contracts.interfaces import Encoder, Features, Processor, Transform
from vbg_framework.contracts.modality import modality_of
from vbg_framework.data.loading.items import Items
from vbg_framework.data.loading.record_items import RecordItems
from vbg_framework.data.preparation.content_key import content_key
from vbg_framework.learning.features.feature_store import BLOCK, FeatureStore, Gathered, StackFeatures
from vbg_framework.learning.features.kept_encoders import weights_of
from vbg_framework.learning.job import Job
from vbg_framework.learning.mixed import Mixed
from vbg_framework.learning.model import KEPT, Model

FORMAT = 3
"""Raised whenever the same records would be addressed, encoded or stored differently: older features are not read."""
ROOM = 0.5
"""Share of the free disk space; features that would take more are computed anew in every pass."""


class Frozen:
    """The frozen encoders of a model (all, while they rest), and what they say.

    Features of real records are kept under `features` in the cache folder, by encoder, weights, data set and text
    policy, for all runs that agree on these. Those of generated records are kept for one training.

    Args:
        job: the run.
        model: with its weights.
        accelerator: device and precision of the training.
        fingerprint: of the prepared data set.
        folder: where the features of generated records go.
    """

    def __init__(self, job: Job, model: Model, accelerator: Accelerator, fingerprint: str, folder: Path) -> None:
        self.job, self.accelerator, self.fingerprint, self.folder = job, accelerator, fingerprint, folder
        self.keys = list(model.encoders)
        self.encoders = {key: each for key, each in model.encoders.items() if model.resting or says_the_same(each)}
        weights = {key: weights_of(encoder) for key, encoder in self.encoders.items()}
        [self._weights] = broadcast_object_list([weights])  # the main process has the weights, see `train_classifier`
        if self.encoders:
            job.screen.say(f"Frozen {' and '.join(self.encoders)} encoder: features are cached.")

    def items(self, items: Sequence[Any], transforms: Sequence[Transform] = ()) -> Sequence[Any]:
        """The same items, with features in place of what frozen encoders would read.

        Args:
            items: training, validation or test items.
            transforms: will change the raw items; what they may change stays raw.
        """
        read = changed(transforms, map(modality_of, self.encoders))
        raw = {key for key in self.encoders if modality_of(key) in read}
        if isinstance(items, Mixed):
            real, made = (self.items(part, transforms) for part in (items.real, items.made))
            return Mixed(real, made, items.mix)  # type: ignore[arg-type]
        if not isinstance(items, Items | RecordItems) or not len(items):
            return items
        stores = {key: self._store(key, items) for key in self.encoders if key not in raw}
        kept = {key: store for key, store in stores.items() if store is not None}
        self.encoders = {key: encoder for key, encoder in self.encoders.items() if key in kept or key in raw}
        return Encoded(items, kept, [key for key in self.keys if key not in kept]) if kept else items

    def rounded(self) -> dict[str, str]:
        """Key of an encoder -> the type its features are kept in, where that is shorter than float32."""
        kept = self.job.resolved.experiment.train.features
        return {} if kept == "fp32" else dict.fromkeys(self.encoders, kept)

    def processors(self, processors: Mapping[str, Processor]) -> dict[str, Processor]:
        """Processors that take features as well as raw items."""
        return {key: StackFeatures(each) if key in self.encoders else each for key, each in processors.items()}

    def _store(self, key: str, items: Items | RecordItems) -> FeatureStore | None:
        """The features of the items' source, complete as far as the items go; None if they take too much room."""
        about, part = self._about(key, items), self.job.resolved.parts[f"encoders.{key}"]
        made = isinstance(items, RecordItems)
        root = self.folder if made else cache_folder("features")
        whole = items.whole
        store = FeatureStore(root / f"{part.component.name}-{_key(about)}", len(whole))
        with self.job.state.main_process_first():
            store.describe(about)
            return store if self._fill(store, key, whole, items.rows, needed=made) else None

    def _fill(self, store: FeatureStore, key: str, whole: Any, rows: Iterable[int], needed: bool) -> bool:
        blocks = store.missing(rows)
        if not blocks:
            return True
        encode = _Encode(self.encoders[key], self.accelerator, KEPT[self.job.resolved.experiment.train.features])
        modality, name, screen = modality_of(key), f"Features of {key}", self.job.screen

        def gather(block: int) -> Gathered:
            return store.gather(block, lambda row: whole.read(modality, row), encode.processor)

        with screen.progress(name, len(blocks) * BLOCK) as bar, ThreadPoolExecutor(1) as reader:
            for done, (block, gathered) in enumerate(_ahead(reader, gather, blocks), start=1):
                size = store.fill(block, gathered, encode)
                if not needed and size * (len(blocks) - done) > ROOM * shutil.disk_usage(store.folder).free:
                    screen.say(f"{name} would take {size * len(blocks) / 1e9:.1f} GB and are computed in every pass.")
                    return False
                bar.advance(BLOCK)
        return True

    def _about(self, key: str, items: Items | RecordItems) -> dict[str, Any]:
        """All that features depend on."""
        modality, part = modality_of(key), self.job.resolved.parts[f"encoders.{key}"]
        assets = self.job.run.path / "model" / "assets" / key
        kinds = self.job.resolved.parts["data"].modalities
        labels = self.job.resolved.experiment.inputs.labels
        policy = [self.job.resolved.experiment.text.model_dump(), [(t.name, t.classes) for t in items.tasks]]
        return {
            "format": FORMAT,
            **content_key(part, self.job.screen),
            "assets": [_digest(path.read_bytes()) for path in sorted(assets.rglob("*")) if path.is_file()],
            "weights": self._weights[key],
            "data": self.fingerprint if isinstance(items, Items) else items.ids,
            "text": policy if modality == "text" else None,
            **({"labels": labels} if labels and modality == "metadata" else {}),
            **({"modality": content_key(kinds[modality])} if modality in kinds else {}),
            "kept": self.job.resolved.experiment.train.features,
            "device": self.accelerator.device.type,
        }


class Encoded(Sequence[Any]):
    """Items with features in place of the raw items of some modalities. Picklable.

    Args:
        items: the items.
        stores: key of an encoder -> the features of their source.
        raw: keys of the encoders that still read raw items.
    """

    def __init__(self, items: Items | RecordItems, stores: Mapping[str, FeatureStore], raw: Sequence[str] = ()) -> None:
        self.items, self.stores = copy(items), dict(stores)
        read = [modality_of(key) for key in raw]
        self.items.modalities = tuple(modality for modality in items.modalities if modality in read)
        self.shared = {key: modality_of(key) for key in raw if modality_of(key) in stores}

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: Any) -> Any:
        item, row = self.items[index], int(self.items.rows[index])
        results = {m: features for m, store in self.stores.items() if (features := store[row]) is not None}
        beside = {key: item["inputs"][read] for key, read in self.shared.items() if read in item["inputs"]}
        return {**item, "inputs": {**item["inputs"], **beside, **results}}


class _Encode:
    """What the encoder's processor made -> features, without gradient."""

    def __init__(self, encoder: Encoder, accelerator: Accelerator, kept: torch.dtype) -> None:
        self.encoder, self.accelerator, self.kept = encoder, accelerator, kept
        self.processor = encoder.processor(False)

    @torch.inference_mode()
    def __call__(self, inputs: Any) -> Features:
        inputs = send_to_device(inputs, self.accelerator.device)
        said = self.encoder(inputs)  # in float32: in bf16 it would depend on which records share a block
        return Features(said.tokens.to(self.kept), said.mask, said.pooled.to(self.kept))


def _ahead(
    reader: Executor, gather: Callable[[int], Gathered], blocks: Sequence[int]
) -> Iterator[tuple[int, Gathered]]:
    """Blocks with their records, in order; while one is encoded, the next is read."""
    coming = reader.submit(gather, blocks[0])
    for block, following in zip_longest(blocks, blocks[1:]):
        gathered = coming.result()
        if following is not None:
            coming = reader.submit(gather, following)
        yield block, gathered


def changed(transforms: Sequence[Transform], modalities: Iterable[str]) -> set[str]:
    """Which of the modalities may be changed: all, for a transform without an attribute `changes`."""
    return {m for transform in transforms for m in getattr(transform, "changes", modalities)}


def says_the_same(encoder: Encoder) -> bool:
    """Whether an encoder answers alike in every pass: nothing is trained, nothing is drawn."""
    learns = any(parameter.requires_grad for parameter in encoder.parameters())
    draws = encoder.train().training or _dumped(encoder.processor(True)) != _dumped(encoder.processor(False))
    return not learns and not draws


class _Pickler(pickle.Pickler):
    """Pickles equal tensors to equal bytes."""

    def reducer_override(self, value: Any) -> Any:
        return (bytes, (value.numpy().tobytes(),)) if isinstance(value, torch.Tensor) else NotImplemented


def _dumped(processor: Processor) -> bytes:
    file = io.BytesIO()
    _Pickler(file).dump(processor)
    return file.getvalue()


def _key(about: Any) -> str:
    return _digest(json.dumps(about, sort_keys=True).encode())[:16]


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
