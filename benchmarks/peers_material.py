"""What every arm of `peers.py` gets: a table with pictures, and folders of weights.

    python peers_material.py FOLDER PAIR [CHANGES ...]

`weights.json` in the folder says where the weights lie.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pandas as pd
import timm
import torch
from exported import TABLE, export
from safetensors.torch import save_file
from tokenizers import BertWordPieceTokenizer
from transformers import BertConfig, BertModel, BertTokenizer

SIDE = 64
NET = "mobilenetv2_050"
PAIRS = {
    "light": ("quickstart-without-gan", ["tasks=[form]"]),
    "vit": ("egyptian-object-type", []),
}
"""The experiment that divides the data."""
KNOWN = {"image": "vit_tiny_patch16_224_augreg", "text": "all-MiniLM-L6-v2"}
"""Weights of `vit`, below the folder that VBG_WEIGHTS names."""


def main() -> None:
    """Read the command line."""
    folder, (experiment, own) = Path(sys.argv[1]), PAIRS[sys.argv[2]]
    export(experiment, [*own, *sys.argv[3:]], (), folder)
    if sys.argv[2] == "vit":
        weights = {name: Path(os.environ["VBG_WEIGHTS"], each).resolve() for name, each in KNOWN.items()}
    else:
        weights = _random(folder)
    (folder / "weights.json").write_text(json.dumps({name: str(each) for name, each in weights.items()}))


def _random(folder: Path) -> dict[str, Path]:
    torch.manual_seed(0)
    texts = pd.read_csv(folder / TABLE, dtype=str, keep_default_na=False)["text"]
    return {"image": _network(folder / "image"), "text": _language(texts.tolist(), folder / "text")}


def _network(folder: Path) -> Path:
    folder.mkdir()
    net = timm.create_model(NET, num_classes=0)
    given = {"input_size": [3, SIDE, SIDE], "mean": [0.5] * 3, "std": [0.5] * 3, "interpolation": "bicubic"}
    about = {"architecture": NET, "num_features": net.num_features, "pretrained_cfg": net.default_cfg | given}
    (folder / "config.json").write_text(json.dumps(about))
    save_file(net.state_dict(), folder / "model.safetensors")
    return folder


def _language(texts: list[str], folder: Path) -> Path:
    folder.mkdir()
    words = BertWordPieceTokenizer()
    words.train_from_iterator(texts, vocab_size=2000, show_progress=False)
    words.save_model(str(folder))
    BertTokenizer(str(folder / "vocab.txt"), model_max_length=128).save_pretrained(folder)
    sizes = {"hidden_size": 128, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 512}
    BertModel(BertConfig(vocab_size=words.get_vocab_size(), **sizes)).save_pretrained(folder)
    return folder


if __name__ == "__main__":
    main()
