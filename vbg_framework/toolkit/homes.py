"""Where the public names of the toolkit are defined."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass


MODULES = {
    "base.errors": ["did_you_mean"],
    "base.jsonl": ["append_line", "read_lines", "write_lines"],
    "base.publication": ["written"],
    "base.run_folder": ["RunFolder", "find_run"],
    "base.seeds": ["derive", "isolated", "seed_everything"],
    "base.yaml_file": ["read_yaml"],
    "config.options": ["validated"],
    "config.registry": ["Registry"],
    "base.cached": ["cache_folder"],
    "contracts.writer": ["Rows"],
    "data.preparation.cache": ["prepare_data"],
    "data.catalogue.cells": ["CellError", "cell_parts", "cell_text", "path_inside"],
    "data.catalogue.described": ["Described"],
    "data.pictures.formats": ["SUFFIXES"],
    "data.pictures.image": ["ImageError", "decode", "edge_colour"],
    "data.fetching.client": ["Client", "NotFound"],
    "data.loading.items": ["Items"],
    "data.readers.json_list": ["json_list"],
    "data.catalogue.labels": ["LabelRules", "LabelledDataset"],
    "data.catalogue.readable_labels": ["readable_labels"],
    "data.catalogue.number": ["as_text", "parse_number"],
    "data.catalogue.picture_cells": ["BRACES", "Pictures"],
    "data.readers.picture_folder": ["is_system", "other_kind", "unread", "walk"],
    "data.pictures.pixels": ["ImageProcessor", "grid_places", "letterbox"],
    "data.readers.pointer": ["FETCH", "POINTER", "is_pointer", "refuse_pointer"],
    "data.card.sheet": ["draw_sheet"],
    "data.writers.sheet_writer": ["write_sheet"],
    "data.catalogue.spelling": ["folded", "normal"],
    "data.splits.split_words": ["split_of"],
    "data.readers.table": ["Cells", "Table"],
    "data.preparation.tally": ["Seen"],
    "data.catalogue.text": ["CatalogueText", "LETTER", "MASK", "SHORTEST_WORD", "STOP_WORDS"],
    "data.readers.unpacked": ["TooMuch", "most_unpacked", "unpacked"],
    "data.writers.writer": ["spreadsheet_safe"],
    "data.catalogue.year": ["parse_years"],
    "generation.quality.encoder_judge": ["EncoderJudge", "trained_encoder"],
    "generation.quality.features": ["Judge"],
    "generation.quality.kid": ["kid"],
    "generation.quality.measure": ["measure"],
    "generation.quality.network": ["FeatureNetwork"],
    "learning.batch": ["drawn"],
    "learning.evaluation.calibration": ["brier_score", "expected_calibration_error", "log_loss"],
    "learning.checkpoint": ["Progress", "load_best", "load_checkpoint", "save_best", "save_checkpoint"],
    "report.card": ["write_card"],
    "report.contact_sheet": ["contact_sheet"],
    "runs.export.bundle": ["write_bundle"],
    "runs.export.finished": ["FinishedRun"],
    "runs.export.hub": ["write_repository"],
    "runs.export.onnx": ["check_onnx", "write_onnx"],
    "toolkit.adapters": ["add_adapters", "own_name"],
    "toolkit.backbone": ["Backbone", "Stage", "weights_file"],
    "toolkit.cross_attention": ["check_heads", "two_modalities"],
    "toolkit.new_vectors": ["with_new_vectors"],
    "toolkit.pretrained": [
        "load_weights",
        "mean_of_real",
        "new_model",
        "quiet",
        "read_config",
        "read_model",
        "read_tokenizer",
        "save_architecture",
        "saved_tokenizer",
        "stacked_layers",
    ],
    "toolkit.tokens": ["TextProcessor", "TokenEncoder", "learn_pieces", "learn_words"],
    "toolkit.weights": ["assign", "load_state", "read_json", "weights_path"],
}
"""Module -> the public names it defines, imported when they are first used."""


_HELD = 'A component holds others by options of the type vbg_framework.Part[Literal["encoder"]] or the like.'


ENDING = {"load_plugins": f"config.plugins: {_HELD}", "make_part": f"config.part: {_HELD}"}
"""Names that plugins of before may still use."""
