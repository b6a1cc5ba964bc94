"""A user's script for the Hugging Face Trainer: an image and a text network, joined and fine-tuned; used by `peers.py`.

    python peers_trainer.py TABLE PLACE

TABLE is the folder of `table.csv` and its pictures. PLACE holds `options.json`: image and text = folders of weights,
steps, batch_size, learning_rate, seed; its `predictions.csv` gets the probability of every class.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import timm
import torch
from PIL import Image
from safetensors.torch import load_file
from torch import nn
from transformers import AutoModel, AutoTokenizer, Trainer, TrainingArguments


class Both(nn.Module):
    """Pooled vectors of both networks, one behind the other, below a linear layer."""

    def __init__(self, image: Path, text: str, classes: int) -> None:
        super().__init__()
        about = json.loads((image / "config.json").read_text())
        self.image = timm.create_model(about["architecture"], num_classes=0)
        state = load_file(image / "model.safetensors")
        self.image.load_state_dict({name: value for name, value in state.items() if name in self.image.state_dict()})
        self.text = AutoModel.from_pretrained(text, add_pooling_layer=False)
        self.head = nn.Linear(about["num_features"] + self.text.config.hidden_size, classes)

    def forward(self, pixels, input_ids, attention_mask, labels=None):
        words = self.text(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state[:, 0]
        logits = self.head(torch.cat([self.image(pixels), words], 1))
        return {"loss": nn.functional.cross_entropy(logits, labels), "logits": logits}


class Collate:
    """Rows of the table -> what the model reads."""

    def __init__(self, folder: Path, options: dict) -> None:
        about = json.loads((Path(options["image"]) / "config.json").read_text())["pretrained_cfg"]
        self.size = about["input_size"][1:]
        self.mean, self.std = np.array(about["mean"], np.float32), np.array(about["std"], np.float32)
        self.folder, self.tokenizer = folder, AutoTokenizer.from_pretrained(options["text"])

    def __call__(self, rows):
        pixels = np.stack([self.pixels(self.folder / row["image"]) for row in rows])
        texts = self.tokenizer([row["text"] for row in rows], padding=True, truncation=True, return_tensors="pt")
        return {
            "pixels": torch.from_numpy(pixels).permute(0, 3, 1, 2).contiguous(),
            "input_ids": texts["input_ids"],
            "attention_mask": texts["attention_mask"],
            "labels": torch.tensor([row["code"] for row in rows]),
        }

    def pixels(self, file: Path) -> np.ndarray:
        with Image.open(file) as picture:
            picture = picture.convert("RGB").resize(self.size, Image.Resampling.BICUBIC)
        return (np.asarray(picture, np.float32) / 255 - self.mean) / self.std


def main() -> None:
    """Read the command line."""
    folder, place = map(Path, sys.argv[1:])
    options = json.loads((place / "options.json").read_text())
    table = pd.read_csv(folder / "table.csv", dtype=str, keep_default_na=False)
    classes = sorted(table["target"].unique())
    table["code"] = table["target"].map(classes.index)
    parts = {split: part.to_dict("records") for split, part in table.groupby("split")}
    arguments = TrainingArguments(
        output_dir=str(place / "trainer"), max_steps=options["steps"], seed=options["seed"], use_cpu=True,
        per_device_train_batch_size=options["batch_size"], per_device_eval_batch_size=options["batch_size"],
        learning_rate=options["learning_rate"], warmup_steps=options["steps"] // 10, weight_decay=0.01,
        eval_strategy="steps", eval_steps=options["steps"], save_strategy="steps", save_steps=options["steps"],
        load_best_model_at_end=True, report_to="none", remove_unused_columns=False, disable_tqdm=True,
    )  # fmt: skip
    trainer = Trainer(
        Both(Path(options["image"]), options["text"], len(classes)), arguments,
        data_collator=Collate(folder, options), train_dataset=parts["train"], eval_dataset=parts["validation"],
    )  # fmt: skip
    trainer.train()
    logits = torch.from_numpy(trainer.predict(parts["test"]).predictions)
    said = pd.DataFrame(logits.softmax(1).numpy(), columns=classes)
    said.insert(0, "id", [row["id"] for row in parts["test"]])
    said.to_csv(place / "predictions.csv", index=False)


if __name__ == "__main__":
    main()
