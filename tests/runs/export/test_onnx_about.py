import shutil

import numpy as np
import pytest
import torch
from PIL import Image
from tokenizers import Tokenizer

from vbg_framework.learning.batch import Collate
from vbg_framework.runs.export.complete_items import complete_items
from vbg_framework.runs.export.onnx_about import describe


@pytest.fixture
def sample(finished):
    processors = {modality: each.processor(False) for modality, each in finished.model.model.encoders.items()}
    return Collate(processors, {})(list(enumerate(complete_items(finished)[0])))["inputs"]


@pytest.fixture
def about(finished, sample, tmp_path):
    shutil.copytree(finished.run.path / "model" / "assets", tmp_path / "assets")
    return describe(finished, sample, {"image": {"pixels": []}, "text": {"ids": [1], "mask": [1]}}, tmp_path)


def test_inputs_and_outputs_are_described(about):
    assert about["inputs"]["image.pixels"] == {"type": "float32", "shape": ["batch", 3, 32, 32]}
    assert about["inputs"]["text.ids"] == {"type": "int64", "shape": ["batch", "any"]}
    assert about["outputs"]["glaze"]["classes"] == ["celadon", "white", "cobalt", "tenmoku", "sancai", "oxblood"]
    assert about["outputs"]["glaze"]["temperature_applied"] == 1.0


def test_pixels_can_be_made_from_the_description(finished, about):
    told = about["items"]["image"]
    image = Image.new("RGB", (told["size"],) * 2, (200, 30, 90))
    made = finished.model.model.encoders["image"].processor(False)([image])["pixels"][0]
    mean, std = (np.array(told[name])[:, None, None] for name in ("mean", "std"))
    expected = (np.asarray(image).transpose(2, 0, 1) / 255 - mean) / std
    assert np.allclose(made, expected, atol=1e-5)


def test_ids_can_be_made_from_the_files(finished, about, tmp_path):
    told = about["items"]["text"]
    assert told["fields"] == ["title", "description", "note"]
    tokenizer = Tokenizer.from_file(str(tmp_path / told["tokenizer"]))
    texts = ["A blue bowl", "Vase " * 60]
    made = finished.model.model.encoders["text"].processor(False)(texts)
    found = tokenizer.encode_batch(texts)
    assert torch.equal(made["ids"], torch.tensor([each.ids for each in found]))
    assert torch.equal(made["mask"], torch.tensor([each.attention_mask for each in found], dtype=torch.bool))
