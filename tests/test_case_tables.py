"""Small inputs on which the product once was wrong: the right value, or one clear line that says what to do."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow.parquet as pq
import pytest
import yaml
from PIL import Image
from rich.console import Console

from vbg_framework.base.errors import VBGError
from vbg_framework.config.experiment import TextConfig
from vbg_framework.config.plugins import Plugins, load_plugins
from vbg_framework.config.registry import Registry
from vbg_framework.data.card.repeats import default_warnings
from vbg_framework.data.catalogue.spelling import alike
from vbg_framework.data.catalogue.text import TextPolicy
from vbg_framework.data.pictures.image import decode
from vbg_framework.data.preparation.cache import prepare_data
from vbg_framework.data.preparation.prepared import Prepared
from vbg_framework.data.preparation.quarantine import left_out
from vbg_framework.data.preparation.readings import sentences
from vbg_framework.screen import Screen


class Told(NamedTuple):
    """A data set of a case."""

    data: Prepared

    @property
    def records(self) -> int:
        return len(self.data.table)

    @property
    def classes(self) -> dict[str, int]:
        (task,) = self.data.tasks
        return dict(zip(task.classes, task.counts, strict=True))

    @property
    def quarantine(self) -> list[str]:
        rows = pq.read_table(self.data.folder / "quarantine.parquet").to_pylist()
        return [f"{row['source']}: {row['reason']}" for row in rows]

    @property
    def lines(self) -> str:
        info = self.data.info
        return "\n".join(
            [*left_out(info), *sentences(info["metadata"]), *default_warnings(self.data), *info["remarks"]]
        )

    def column(self, name: str) -> list:
        return self.data.table.data.column(name).to_pylist()


@pytest.fixture(scope="module")
def plugins() -> Plugins:
    return load_plugins([])


@pytest.fixture
def case(shared, tmp_path, monkeypatch, plugins) -> Callable[..., Told]:
    """Prepare a data set of the cases in a copy of its folder; options may differ."""
    if not (shared / "cases" / "registry.yaml").is_file():
        pytest.skip("the folder of the cases is absent")
    content = yaml.safe_load((shared / "cases" / "registry.yaml").read_text(encoding="utf-8"))
    monkeypatch.chdir(tmp_path)

    def open_case(name: str, **options) -> Told:
        entry = {**content["datasets"][name], **options}
        _copy(shared / "cases", tmp_path, entry["path"])
        text = yaml.safe_dump({"version": 1, "datasets": {name: entry}}, allow_unicode=True)
        Path("registry.yaml").write_text(text, encoding="utf-8")
        part = Registry.read().dataset(name, plugins, [])
        return Told(prepare_data(part, Screen(Console(quiet=True)), name=name, accept_loss=True))

    return open_case


def _copy(cases: Path, folder: Path, path: str) -> None:
    place = "/".join(Path(path).parts[:2])
    shutil.copytree(cases / place, folder / place, dirs_exist_ok=True)


THREE = {"bowl", "jug", "plate"}
COUNTS = {
    "c01": {"Schüssel": 10, "bowl": 10, "jug": 10, "plate": 10},
    **dict.fromkeys(["c04pattern", "c04folder", "c04bytes", "c04sep", "c04list"], dict.fromkeys(THREE, 20)),
    **dict.fromkeys(["c05", "c05control", "c05views", "c06d"], dict.fromkeys(THREE, 10)),
    "c11": {"bowl": 5, "jug": 6, "plate": 5},
    "c12": dict.fromkeys(THREE, 4),
    **{key: {"bowl": 66, "jug": 67, "plate": 67} for key in ["c13complete", "c13capitals", "c13dev", "c13one-empty"]},
    **dict.fromkeys(
        [
            f"c14{name}"
            for name in [
                "decimal",
                "bcdate",
                "ns",
                "small",
                "bool",
                "dict",
                "floatid",
                "bigid",
                "minus",
                "comma",
                "sci",
                "dot",
            ]
        ],
        dict.fromkeys(THREE, 10),
    ),
    **dict.fromkeys(["c16", "c16t"], dict.fromkeys(["01", "1", "1.0", "NA", "None", "Vase"], 10)),
    **dict.fromkeys(["c17b", "c17c"], dict.fromkeys(THREE, 8)),
    "c22array": dict.fromkeys(THREE, 4),
    **dict.fromkeys(["c22cell", "c22list"], dict.fromkeys(THREE, 8)),  # two views of each object
    "c22sparse": dict.fromkeys(THREE, 400),
    "c32b": {"jug": 6, "coin": 6},
    **dict.fromkeys(
        [f"c34{name}" for name in ["space", "space2", "excelempty", "cr", "total", "case", "long", "nfd"]],
        dict.fromkeys(THREE, 4),
    ),
    "c36": {"bowl": 6, "jug": 7, "plate": 7},
    "c36b": {"AD": 8, "BC": 12},
    "c39slash": dict.fromkeys(["%s{}", "..", "CON", "Jug/ewer", "a:b*?<>|"], 8),
    "c39emoji": {"🍽": 15, "🏺": 15},
    **{key: {"a": 6, "b": 6} for key in ["c39t", "c39d", "c39ts", "c39big"]},
}


@pytest.mark.parametrize("name", COUNTS)
def test_every_record_and_every_class_is_there(case, name):
    assert case(name).classes == COUNTS[name]


ERRORS = {
    "c03": "(40 x image path is an address). Fetch them: vbg data download c03",
    "c13folds": "200 x split must be one of train, validation, test: say with `split_values` what a word means",
    "c18edm": "file holds EDM, not LIDO: read it with `type: edm`",
    "c22nested": "12 x column 'title' must hold text or numbers: write its values into columns of their own",
    "c28met": "is a Git LFS pointer, not the file. Run `git lfs pull`",
    "c28cle": "is a Git LFS pointer, not the file. Run `git lfs pull`",
    "c28par": "is a Git LFS pointer, not the file. Run `git lfs pull`",
    "c28img": "6 x file is a Git LFS pointer, not an image",
    "c32c": "is the folder of the annotations. Give the one above it",
    "c34preamble": "It seems to be in line 3: set `skip: 2`",
    "c39arrays": "12 x column 'title' must hold text or numbers: write its values into columns of their own",
    "c39m": "12 x column 'm' must hold text or numbers: write its values into columns of their own",
}


@pytest.mark.parametrize("name", ERRORS)
def test_what_cannot_be_read_at_all_is_one_line_that_says_what_to_do(case, name):
    with pytest.raises(VBGError) as error:
        case(name)
    assert ERRORS[name] in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["comma.csv", "sep.csv", "utf8.csv", "comma-cp1252.csv", "objects.csv", "utf16.csv"])
def test_a_spreadsheet_gives_the_same_forty_records_however_it_was_saved(case, name):
    told = case("c01", path=f"data/01/{name}", delimiter=None)
    assert told.classes == COUNTS["c01"]
    assert told.column("text_title")[3] == "Schüssel, bemalt no. 3"


PARTLY = {
    "c06": (199, ["objects.csv:52: quote is not closed"]),
    "c06b": (199, ["objects2.csv:52: quote is not closed"]),
    "c08": (8, ["leaves its folder", "is an address", "is missing", "is missing", "is an address"]),
    "c14floatlabel": (29, ["floatlabel.parquet:6: record has no label"]),
    "c14inf": (29, ["inf.parquet:4: column 'ratio' is not a finite number, got inf"]),
    "c16b": (59, ["train.csv:9: record has no label"]),
    "c16bt": (59, ["train.csv:9: record has no label"]),
    "c34ragged": (3, ["got 3, not 5. Write all cells of a row, the empty ones too"] * 9),
    "c34total": (12, ["total.csv:14: row holds totals, not an object"]),
    "c39surr": (11, ["surr.jsonl:4: column 'title' holds half a character"]),
    "c39nan": (5, [*["is not a finite number"] * 2, "no label", *["is not a finite number"] * 4]),
}


@pytest.mark.parametrize("name", PARTLY)
def test_a_row_that_cannot_be_used_is_named_and_the_others_are_read(case, name):
    told = case(name)
    records, reasons = PARTLY[name]
    assert told.records == records
    assert len(told.quarantine) == len(reasons)
    for found, expected in zip(told.quarantine, reasons, strict=True):
        assert expected in found


def test_spellings_of_one_form_are_one_class_and_the_others_are_listed(case):
    told = case("c07")
    assert told.records == sum(told.classes.values()) == 186
    assert {name: told.classes[name] for name in ("Vase", "Schüssel", "Oil on canvas", "Krug", "01", "None")} == {
        "Vase": 30, "Schüssel": 12, "Oil on canvas": 18, "Krug": 12, "01": 6, "None": 6
    }  # fmt: skip
    assert any({"VASE", "Vase", "vase"} <= set(group) for group in alike(told.data.tasks[0].classes))


def _grey(picture: Image.Image) -> np.ndarray:
    return np.asarray(picture.convert("L").resize((60, 60)), float)


def test_every_kind_of_tiff_looks_like_the_plain_picture(case, tmp_path):
    told = case("c09")
    pictures = dict(zip(told.column("id"), told.column("image"), strict=True))
    assert len(pictures) == 20
    plain = _grey(decode(pictures.pop("bowl/plain.png")["bytes"]))
    for name, stored in pictures.items():
        tolerance = 130 if name == "vase/g4.tif" else 6
        turned = [np.rot90(_grey(decode(stored["bytes"])), turns) for turns in range(4 if "orient" in name else 1)]
        assert min(np.abs(each - plain).mean() for each in turned) < tolerance, name


def test_no_awkward_picture_vanishes(case):
    told = case("c10")
    assert told.classes == {"bowl": 1, "vase": 19}
    named = ["bigtext", "empty", "html", "hugetext", "mp110", "mp200", "truncated"]
    found = [reason.partition(".")[0] for reason in told.quarantine]
    skipped = {reason[:34]: count for reason, count in told.data.info["skipped"].items()}
    heic = found.count("vase/x") + skipped.pop("file is of another kind (.heic", 0)
    assert heic == 1
    assert [name for name in found if name != "vase/x"] == [f"vase/{name}" for name in named]
    assert skipped == {"file has no suffix": 1}


def test_uncommon_suffixes_are_read(case, tmp_path, shared):
    _copy(shared / "cases", tmp_path, "data/38")
    told = case("c10", path="data")
    assert told.classes["38"] == 5


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("c13complete", "Split  given: train 140, validation 20, test 40."),
        ("c13capitals", "Split  given: train 140, validation 20, test 40."),
        ("c13dev", "Split  given: train 140, validation 20, test 40."),
        ("c13one-empty", "train 139, validation 20, test 40; 1 without a split left out."),
        ("c13unseen", "classes outside the training records alone cannot be learnt ('ewer' 10 records)"),
        ("c14oneword", "year: 29 numbers, 1 word ('ca. 500 B.C.')"),
        ("c14naword", "height: 29 numbers, 1 word ('NaN')"),
        ("c14thousand", "30 values such as '1,000' are read as 1000; if the comma is decimal"),
        ("c14unit", "30 words ('0.5 cm', '1.5 cm', '2.5 cm', ...); to have them read as numbers, take the unit out"),
        ("c15naword", "year: 399 numbers, 1 word ('NaN')"),
        ("c17", "8 x picture is not listed in metadata.csv"),
        ("c17b", "Split  given: train 9, validation 3, test 12."),
        ("c17c", "12 x picture lies in a folder of unlabelled ones"),
        ("c18", "Language of the values: de 12; not taken, because another language comes first: en 18."),
        ("c35", "Warn   25 of 25 test records have the text of a training record, word for word"),
        ("c39big", "n: 11 numbers, 1 word"),
    ],
)
def test_what_needs_a_look_is_said_with_numbers(case, name, line):
    assert line in case(name).lines


@pytest.mark.parametrize(
    ("name", "column", "values"),
    [
        ("c14decimal", "meta_height", [12.5, 13.5]),
        ("c14small", "meta_ratio", [1e-5, 2e-5]),
        ("c14minus", "meta_year", [-500, -490]),
        ("c14comma", "meta_height", [0.5, 1.5]),
        ("c14sci", "meta_height", [1e-3, 2e-3]),
        ("c14dot", "meta_height", [0.1, 0.11]),
        ("c14ns", "meta_made", ["2020-09-13T12:26:40.123456789", "2020-09-13T12:26:40.123456790"]),
        ("c14floatid", "id", ["0", "1"]),
        ("c14bigid", "id", ["1152921504606846976", "1152921504606846977"]),
        ("c06d", "text_title", ['Bowl "no. 0", glazed', 'Bowl "no. 1", glazed']),
        ("c18", "target_type", ["Schale", "Schale"]),
    ],
)
def test_values_are_read_as_they_are_meant(case, name, column, values):
    assert case(name).column(column)[:2] == pytest.approx(values)


def test_a_date_before_our_era_keeps_its_year(case):
    assert case("c14bcdate").column("meta_made")[4] == "-0495-11-24"


@pytest.mark.parametrize(("first", "second"), [("c16", "c16t"), ("c16b", "c16bt")])
def test_two_importers_give_the_same_records(case, first, second):
    columns = ("id", "text_title", "target_kind")
    one, other = ([case(name).column(column) for column in columns] for name in (first, second))
    assert one == other


def test_a_label_in_a_title_is_masked_in_every_form(case):
    data = case("c24").data
    policy = TextPolicy(TextConfig(policy="mask_label"), fields=data.text_fields, tasks=data.tasks)
    titles = [str(policy({"title": title})) for title in data.table["text_title"][:]]
    assert not [title for title in titles if any(word in title.casefold() for word in ("krug", "schüssel", "teller"))]


def test_colours_with_a_profile_become_those_of_srgb(case):
    told = case("c33")
    for name, stored in zip(told.column("id"), told.column("image"), strict=True):
        if name.startswith("sang_de_boeuf"):
            colour = np.asarray(decode(stored["bytes"])).reshape(-1, 3).mean(0)
            assert np.abs(colour - (150, 30, 30)).max() <= 8, name
