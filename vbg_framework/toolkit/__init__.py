"""Helpers for plugin authors, beside the interfaces: pictures, tables, texts, weights, checkpoints, seeds.

Importing this package costs nothing; what a name stands for is imported when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vbg_framework.base.lazy import lazy

if TYPE_CHECKING:
    from vbg_framework.base.cached import cache_folder
    from vbg_framework.base.errors import did_you_mean
    from vbg_framework.base.jsonl import append_line, read_lines, write_lines
    from vbg_framework.base.publication import written
    from vbg_framework.base.run_folder import RunFolder, find_run
    from vbg_framework.base.seeds import derive, isolated, seed_everything
    from vbg_framework.base.yaml_file import read_yaml
    from vbg_framework.config.options import validated
    from vbg_framework.config.registry import Registry
    from vbg_framework.contracts.writer import Rows
    from vbg_framework.data.card.sheet import draw_sheet
    from vbg_framework.data.catalogue.cells import CellError, cell_parts, cell_text, path_inside
    from vbg_framework.data.catalogue.described import Described
    from vbg_framework.data.catalogue.labels import LabelledDataset, LabelRules
    from vbg_framework.data.catalogue.number import as_text, parse_number
    from vbg_framework.data.catalogue.picture_cells import BRACES, Pictures
    from vbg_framework.data.catalogue.readable_labels import readable_labels
    from vbg_framework.data.catalogue.spelling import folded, normal
    from vbg_framework.data.catalogue.text import LETTER, MASK, SHORTEST_WORD, STOP_WORDS, CatalogueText
    from vbg_framework.data.catalogue.year import parse_years
    from vbg_framework.data.fetching.client import Client, NotFound
    from vbg_framework.data.loading.items import Items
    from vbg_framework.data.pictures.formats import SUFFIXES
    from vbg_framework.data.pictures.image import ImageError, decode, edge_colour
    from vbg_framework.data.pictures.pixels import ImageProcessor, grid_places, letterbox
    from vbg_framework.data.preparation.cache import prepare_data
    from vbg_framework.data.preparation.tally import Seen
    from vbg_framework.data.readers.json_list import json_list
    from vbg_framework.data.readers.picture_folder import is_system, other_kind, unread, walk
    from vbg_framework.data.readers.pointer import FETCH, POINTER, is_pointer, refuse_pointer
    from vbg_framework.data.readers.table import Cells, Table
    from vbg_framework.data.readers.unpacked import TooMuch, most_unpacked, unpacked
    from vbg_framework.data.splits.split_words import split_of
    from vbg_framework.data.writers.sheet_writer import write_sheet
    from vbg_framework.data.writers.writer import spreadsheet_safe
    from vbg_framework.generation.quality.encoder_judge import EncoderJudge, trained_encoder
    from vbg_framework.generation.quality.features import Judge
    from vbg_framework.generation.quality.kid import kid
    from vbg_framework.generation.quality.measure import measure
    from vbg_framework.generation.quality.network import FeatureNetwork
    from vbg_framework.learning.batch import drawn
    from vbg_framework.learning.checkpoint import Progress, load_best, load_checkpoint, save_best, save_checkpoint
    from vbg_framework.learning.evaluation.calibration import brier_score, expected_calibration_error, log_loss
    from vbg_framework.report.card import write_card
    from vbg_framework.report.contact_sheet import contact_sheet
    from vbg_framework.runs.export.bundle import write_bundle
    from vbg_framework.runs.export.finished import FinishedRun
    from vbg_framework.runs.export.hub import write_repository
    from vbg_framework.runs.export.onnx import check_onnx, write_onnx
    from vbg_framework.toolkit.adapters import add_adapters, own_name
    from vbg_framework.toolkit.backbone import Backbone, Stage, weights_file
    from vbg_framework.toolkit.cross_attention import check_heads, two_modalities
    from vbg_framework.toolkit.new_vectors import with_new_vectors
    from vbg_framework.toolkit.pretrained import (
        load_weights,
        mean_of_real,
        new_model,
        quiet,
        read_config,
        read_model,
        read_tokenizer,
        save_architecture,
        saved_tokenizer,
        stacked_layers,
    )
    from vbg_framework.toolkit.tokens import TextProcessor, TokenEncoder, learn_pieces, learn_words
    from vbg_framework.toolkit.weights import assign, load_state, read_json, weights_path
from vbg_framework.toolkit.homes import ENDING, MODULES

__all__ = [
    "BRACES",
    "FETCH",
    "LETTER",
    "MASK",
    "POINTER",
    "SHORTEST_WORD",
    "STOP_WORDS",
    "SUFFIXES",
    "Backbone",
    "CatalogueText",
    "CellError",
    "Cells",
    "Client",
    "Described",
    "EncoderJudge",
    "FeatureNetwork",
    "FinishedRun",
    "ImageError",
    "ImageProcessor",
    "Items",
    "Judge",
    "LabelRules",
    "LabelledDataset",
    "NotFound",
    "Pictures",
    "Progress",
    "Registry",
    "Rows",
    "RunFolder",
    "Seen",
    "Stage",
    "Table",
    "TextProcessor",
    "TokenEncoder",
    "TooMuch",
    "add_adapters",
    "append_line",
    "as_text",
    "assign",
    "brier_score",
    "cache_folder",
    "cell_parts",
    "cell_text",
    "check_heads",
    "check_onnx",
    "contact_sheet",
    "decode",
    "derive",
    "did_you_mean",
    "draw_sheet",
    "drawn",
    "edge_colour",
    "expected_calibration_error",
    "find_run",
    "folded",
    "grid_places",
    "is_pointer",
    "is_system",
    "isolated",
    "json_list",
    "kid",
    "learn_pieces",
    "learn_words",
    "letterbox",
    "load_best",
    "load_checkpoint",
    "load_state",
    "load_weights",
    "log_loss",
    "mean_of_real",
    "measure",
    "most_unpacked",
    "new_model",
    "normal",
    "other_kind",
    "own_name",
    "parse_number",
    "parse_years",
    "path_inside",
    "prepare_data",
    "quiet",
    "read_config",
    "read_json",
    "read_lines",
    "read_model",
    "read_tokenizer",
    "read_yaml",
    "readable_labels",
    "refuse_pointer",
    "save_architecture",
    "save_best",
    "save_checkpoint",
    "saved_tokenizer",
    "seed_everything",
    "split_of",
    "spreadsheet_safe",
    "stacked_layers",
    "trained_encoder",
    "two_modalities",
    "unpacked",
    "unread",
    "validated",
    "walk",
    "weights_file",
    "weights_path",
    "with_new_vectors",
    "write_bundle",
    "write_card",
    "write_lines",
    "write_onnx",
    "write_repository",
    "write_sheet",
    "written",
]

if not TYPE_CHECKING:  # a type checker reads the imports above; this would hide a misspelt name from it
    __getattr__, __dir__ = lazy(__name__, MODULES, ENDING)
