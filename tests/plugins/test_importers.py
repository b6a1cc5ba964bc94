"""Equal facts through every importer give equal records, in training and in prediction."""

import csv
import io
import json
import tarfile
import unicodedata
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import vbg_hub
import vbg_image_folder
import vbg_table
import vbg_webdataset
from PIL import Image

from vbg_framework.contracts.record import Rejected, Skipped
from vbg_framework.data.pictures.hashes import sha256
from vbg_framework.data.pictures.image import encode
from vbg_framework.data.preparation.prepare import prepare

FACTS = [
    {"id": "007", "title": "NA", "date": "2020-01-01", "year": -500, "form": "007", "split": "Train", "picture": True},
    {"id": "NA", "title": "Schüssel", "date": "1e5", "year": None, "form": "NA", "split": "Test", "picture": False},
    {
        "id": "K\u00f6ln",
        "title": "K\u00f6ln",
        "date": None,
        "year": 0,
        "form": "vase",
        "split": "Train",
        "picture": True,
    },
    {
        "id": "1-0",
        "title": 'Ko\u0308ln, "true"',
        "date": "007",
        "year": 1899,
        "form": "v",
        "split": "Test",
        "picture": True,
    },
]
FIELDS = {"text": ["title", "date"], "metadata": ["year"], "targets": {"form": "form"}}


def png(number):
    buffer = io.BytesIO()
    Image.new("RGB", (24, 24), (40 * number, 90, 200)).save(buffer, "PNG")
    return buffer.getvalue()


PICTURES = {fact["id"]: png(number) for number, fact in enumerate(FACTS) if fact["picture"]}


def rows(folder="photos/"):
    """The facts as the rows of a table, with the path of the picture."""
    return [
        {key: value for key, value in fact.items() if key != "picture"}
        | {"file_name": f"{folder}{fact['id']}.png" if fact["picture"] else None}
        for fact in FACTS
    ]


def photographs(folder, identities):
    folder.mkdir(parents=True, exist_ok=True)
    for identity in identities:
        if identity in PICTURES:
            (folder / f"{identity}.png").write_bytes(PICTURES[identity])


def write(path, table):
    """As the suffix says."""
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(table), path)
    elif path.suffix == ".json":
        path.write_text(json.dumps(table), encoding="utf-8")
    elif path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in table), encoding="utf-8")
    else:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(table[0]))
            writer.writeheader()
            writer.writerows(table)


def as_table(folder, suffix):
    photographs(folder / "photos", PICTURES)
    write(folder / f"objects{suffix}", rows())
    return {"path": str(folder / f"objects{suffix}"), "id": "id", "image": "file_name", "split": "split", **FIELDS}


def as_hub(folder, suffix):
    photographs(folder / "photos", PICTURES)
    for split in ("Train", "Test"):
        write(folder / f"{split}{suffix}", [row for row in rows() if row["split"] == split])
    return {"path": str(folder), "id": "id", "image": "file_name", **FIELDS}


def as_image_folder(folder, suffix):
    for split in ("Train", "Test"):
        part = [{**row, "file_name": f"{row['id']}.png"} for row in rows() if row["split"] == split]
        photographs(folder / split, [row["id"] for row in part])
        write(folder / split / f"metadata{suffix}", part)
    return {"path": str(folder), **FIELDS}


def as_hub_image_folder(folder, suffix):
    return as_image_folder(folder, suffix) | {"id": "id", "image": "image"}


def as_shard(folder, suffix):
    with tarfile.open(folder / "a.tar", "w") as shard:
        for row in rows():
            for ending, content in ((".png", PICTURES.get(row["id"])), (suffix, json.dumps(row).encode())):
                if content:
                    member = tarfile.TarInfo(f"{row['id']}{ending}")
                    member.size = len(content)
                    shard.addfile(member, io.BytesIO(content))
    return {"path": str(folder / "a.tar"), "split": "split", **FIELDS}


IMPORTERS = {
    **{f"table {suffix}": ("table", as_table, suffix) for suffix in (".csv", ".jsonl", ".json", ".parquet")},
    **{f"hub {suffix}": ("hub", as_hub, suffix) for suffix in (".csv", ".jsonl", ".json", ".parquet")},
    **{
        f"image_folder {suffix}": ("image_folder", as_image_folder, suffix) for suffix in (".csv", ".jsonl", ".parquet")
    },
    **{f"hub metadata{suffix}": ("hub", as_hub_image_folder, suffix) for suffix in (".csv", ".jsonl", ".parquet")},
    "webdataset .json": ("webdataset", as_shard, ".json"),
}


COMPONENTS = {
    component.name: component
    for plugin in (vbg_table, vbg_hub, vbg_image_folder, vbg_webdataset)
    for component in plugin.vbg_components()
}


@pytest.fixture(params=IMPORTERS)
def source(request, tmp_path):
    """A component with its options and its folder or file."""
    kind, make, suffix = IMPORTERS[request.param]
    folder = tmp_path / "in"
    folder.mkdir()
    component = COMPONENTS[kind]
    return component, component.config(**make(folder, suffix))


def content(image):
    """The bytes of a picture, wherever they are; None = there is none."""
    return image if not isinstance(image, Path) else image.read_bytes() if image.is_file() else None


def told(dataset):
    """Id -> what a record says, in any order: an importer reads its splits one after the other."""
    records = [item for item in dataset.records() if not isinstance(item, Skipped)]
    assert not [item for item in records if isinstance(item, Rejected)]
    named = {record.id.rpartition("/")[2].removesuffix(".png"): record for record in records}
    assert len(named) == len(FACTS)
    return {
        identity: {**record.inputs, "image": content(record.inputs.get("image")), "targets": record.targets}
        | {"split": record.split}
        for identity, record in named.items()
    }


def expected(*, labelled):
    return {
        fact["id"]: {
            "text": {"title": fact["title"], "date": fact["date"] or ""},
            "metadata": {"year": "" if fact["year"] is None else float(fact["year"])},
            "image": PICTURES.get(fact["id"]),
            "targets": {"form": fact["form"]} if labelled else {},
            "split": fact["split"].lower() if labelled else None,
        }
        for fact in FACTS
    }


def stored(fact):
    """What a prepared data set has of a fact; titles in their normal form."""
    picture = PICTURES.get(fact["id"])
    image = encode(picture, max_pixels=10**6, largest_side=512) if picture else None
    return (
        unicodedata.normalize("NFC", fact["title"]),
        *(fact["date"], fact["year"], fact["form"], fact["split"].lower()),
        image and sha256(image.data),
    )


def test_equal_facts_through_every_importer_give_equal_records(source):
    component, config = source
    assert told(component.load()(config)) == expected(labelled=True)


def test_equal_facts_are_predicted_alike(source):
    component, config = source
    gone = config.model_copy(update={"path": "gone"})
    assert told(component.load().unlabelled(gone, Path(config.path), {})) == expected(labelled=False)


def test_equal_facts_are_stored_alike(source, tmp_path):
    component, config = source
    prepared = prepare("set", component, config, cache=tmp_path / "cache")
    needs_picture = component.name == "image_folder" or getattr(config, "image", None) == "image"
    columns = ("text_title", "text_date", "meta_year", "target_form", "split", "sha256")
    found = {tuple(row[column] for column in columns) for row in prepared.table}
    assert found == {stored(fact) for fact in FACTS if fact["picture"] or not needs_picture}
