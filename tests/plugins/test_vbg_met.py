"""The dataset `met`: every form of the data, its traps, and porcelain."""
# ruff: noqa: RUF001 (the museum writes years with en dashes)

import csv
import json
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from late_pictures import assert_pictures_are_followed
from PIL import Image
from vbg_met import FIELDS, MetConfig, vbg_components
from vbg_met.layout import canonical

from vbg_framework.base.errors import VBGError
from vbg_framework.config.experiment import SplitConfig
from vbg_framework.contracts.record import Rejected, Skipped
from vbg_framework.data.catalogue.labels import LabelRules
from vbg_framework.data.preparation.prepare import prepare

COMPONENT = next(iter(vbg_components()))
PORCELAIN = LabelRules(Path(COMPONENT.tiny["path"]).with_name("porcelain.yaml"))
OBJECT = {
    **{"Object Number": "1.2", "Is Public Domain": "True", "Object ID": "7", "Department": "Asian Art", "Title": "Jar"},
    **{"Culture": "China", "Object Begin Date": "-500", "Object End Date": "-450", "Classification": "Ceramics"},
    **{"Tags": "Dragons|Clouds|", "Medium": "Porcelain", "Artist Display Name": ""},
}


def read(path, **options):
    options = {"targets": {"classification": "classification"}} | options
    return list(COMPONENT.load()(MetConfig(path=str(path), **options)).records())


def kept(found):
    """The ids of the records, and what is none."""
    return [item if isinstance(item, Rejected | Skipped) else item.id for item in found]


def unlabelled(path, columns=None, **options):
    config = MetConfig(**({"path": "gone.csv", "targets": {"classification": "classification"}} | options))
    return COMPONENT.load().unlabelled(config, path, columns or {})


def told(dataset):
    return [(item.id, item.inputs, item.source) for item in dataset.records() if not isinstance(item, Skipped)]


def written(path, *rows, encoding="utf-8-sig"):
    """As CSV in the museum's style."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(OBJECT), restval="")
        writer.writeheader()
        writer.writerows(OBJECT | row for row in rows)
    return path


def test_all_54_columns_of_the_official_file_are_known():
    tiny = Path(COMPONENT.tiny["path"])
    header = next(csv.reader(tiny.open(encoding="utf-8-sig")))
    assert [canonical(name) for name in header] == list(FIELDS)
    assert len(FIELDS) == 54


@pytest.mark.parametrize(
    ("name", "field"),
    [
        *(("Object Begin Date", "object_begin_date"), ("objectBeginDate", "object_begin_date")),
        *(("object_begin_date", "object_begin_date"), ("AccessionYear", "accession_year")),
        *(("artistULAN_URL", "artist_ulan_url"), ("Artist ULAN URL", "artist_ulan_url"), ("objectID", "object_id")),
        *(("accessionNumber", "object_number"), ("GalleryNumber", "gallery_number"), ("Tags AAT URL", "tags_aat_url")),
    ],
)
def test_a_column_has_one_name_in_all_layouts(name, field):
    assert canonical(name) == field


def test_an_object_of_an_older_layout_becomes_a_record(tmp_path):
    (record,) = read(written(tmp_path / "MetObjects.csv", {}), text=["title", "tags", "reign"])
    assert (record.id, record.group, record.licence, record.source) == ("7", "7", "CC0-1.0", "MetObjects.csv:2")
    assert record.inputs["text"] == {"title": "Jar", "tags": "Dragons, Clouds"}  # no column `Reign`
    assert record.inputs["metadata"] == {"object_begin_date": -500.0, "object_end_date": -450.0}
    assert record.targets == {"classification": "Ceramics"}


def test_line_breaks_in_cells_and_broken_rows_are_survived(tmp_path):
    path = written(tmp_path / "m.csv", {"Title": "Jar,\nwith lid", "Object ID": "1"}, {"Object ID": "2"})
    with path.open("a") as file:
        file.write("a,row,that,breaks,off\n")
    first, second, broken = read(path)
    assert first.inputs["text"]["title"] == "Jar,\nwith lid"
    assert (second.id, second.source) == ("2", "m.csv:4")
    assert isinstance(broken, Rejected)
    assert broken.source == "m.csv:5"


def test_tags_can_be_a_multi_label_task(tmp_path):
    targets = {"tag": {"field": "tags", "multi_label": True}}
    assert read(written(tmp_path / "m.csv", {}), targets=targets)[0].targets == {"tag": ["Dragons", "Clouds"]}


def test_what_filters_leave_out_is_told_with_its_reason(tmp_path):
    rows = [
        {"Object ID": "1", "Is Public Domain": "False"},
        {"Object ID": "2", "Department": "Islamic Art"},
        {"Object ID": "3", "Medium": "Bronze"},
        {"Object ID": "4"},
    ]
    path = written(tmp_path / "m.csv", *rows)
    closed = Skipped("m.csv:2", "object is not in the public domain")
    assert kept(read(path)) == [closed, "2", "3", "4"]
    elsewhere = Skipped("m.csv:3", "object is of another department")
    assert kept(read(path, departments=["asian art"])) == [closed, elsewhere, "3", "4"]
    other = Skipped("m.csv:4", "object is not one of those to keep by 'medium'")
    assert kept(read(path, keep={"medium": "^porcelain"})) == [closed, "2", other, "4"]
    assert {r.id: r.licence for r in read(path, public_domain=False)}["1"] == "not in the public domain"
    assert [item.reason for item in read(path, has_image=True)[1:]] == ["object has no image here"] * 3


def test_images_are_found_by_id(tmp_path):
    (tmp_path / "images").mkdir()
    Image.new("RGB", (4, 4)).save(tmp_path / "images" / "7.jpg")
    path = written(tmp_path / "m.csv", {}, {"Object ID": "8"}, {"Object ID": "../8"})
    with_image, without, escape = read(path, images="images/{object_id}.jpg")
    assert with_image.inputs["image"] == tmp_path / "images" / "7.jpg"
    assert without.inputs["image"] is escape.inputs["image"] is None
    assert kept(read(path, images="images/{object_id}.jpg", has_image=True))[0] == "7"
    outside = read(written(tmp_path / "m.csv", {"Object ID": "../../x"}), images="{object_id}.jpg")
    assert str(outside[0].inputs["image"]) == "image path leaves its folder, got '../../x.jpg'"


def test_raw_answers_of_the_api_are_read(tmp_path):
    answer = {
        **{"objectID": 7, "isPublicDomain": True, "title": "Jar", "classification": "Ceramics", "department": "Asian"},
        **{
            "tags": [{"term": "Dragons", "AAT_URL": "http://x"}, {"term": "Clouds", "AAT_URL": None}],
            "objectBeginDate": -5,
        },
        **{
            "constituents": [{"constituentID": 3, "name": "A"}],
            "measurements": [{"elementMeasurements": {"Height": 1}}],
        },
    }
    nothing = answer | {"objectID": 8, "tags": None, "constituents": None, "measurements": None}
    lines = [answer, nothing, {"message": "Not a valid object"}, {"objectID": 9, "isPublicDomain": False}]
    path = tmp_path / "o.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)) + "\n<html>blocked</html>\n")
    first, second, loan, closed, html = read(path, text=["title", "tags", "constituent_id"])
    assert first.inputs["text"] == {"title": "Jar", "tags": "Dragons, Clouds", "constituent_id": "3"}
    assert first.inputs["metadata"]["object_begin_date"] == -5
    assert (second.inputs["text"]["tags"], second.inputs["text"]["constituent_id"]) == ("", "")
    assert loan == Rejected("o.jsonl:3", "object_id is empty, got Not a valid object")
    assert closed == Skipped("o.jsonl:4", "object is not in the public domain")
    assert html.reason.startswith("line is not JSON")


@pytest.mark.parametrize("as_struct", [False, True])
def test_the_hub_layout_has_its_images_inside(tmp_path, as_struct):
    Image.new("RGB", (4, 4)).save(tmp_path / "a.jpg")
    content = (tmp_path / "a.jpg").read_bytes()
    cells = [{"bytes": content, "path": "7.jpg"}, None] if as_struct else [content, None]
    rows = [
        {"Object ID": 7, "Is Public Domain": True, "Classification": "Ceramics", "jpg": cells[0], "status": "success"},
        {"Object ID": 8, "Is Public Domain": True, "Classification": "Glass", "jpg": cells[1], "status": "failed"},
    ]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "m.parquet")
    first, second = read(tmp_path / "m.parquet")
    assert first.inputs["image"] == content
    assert second.inputs["image"] is None
    assert kept(read(tmp_path / "m.parquet", has_image=True)) == [
        "7",
        Skipped("m.parquet:2", "object has no image here"),
    ]


def test_a_snake_case_export_of_a_query_is_read(tmp_path):
    row = {"object_id": 7, "is_public_domain": "true", "classification": "Ceramics", "title": "Jar"}
    (tmp_path / "q.csv").write_text(",".join(row) + "\n" + ",".join(map(str, row.values())) + "\n")
    assert read(tmp_path / "q.csv")[0].inputs["text"]["title"] == "Jar"


def test_wrong_options_are_early_errors(tmp_path):
    path = written(tmp_path / "m.csv", {})
    for options, words in [
        ({"text": ["titel"]}, "no field 'titel'. Did you mean 'title'"),
        ({"keep": {"medium": "("}}, "keep.medium: not a regular expression"),
        ({"targets": {"dynasty": "dynasty"}, "labels": "porcelain"}, "task 'dynasty' stands in `targets` too"),
        ({"targets": {"dynasty": "dynasty"}}, "no column 'dynasty'"),
        ({"labels": "absent.yaml"}, "no such file"),
    ]:
        with pytest.raises(VBGError) as error:
            read(path, **options)
        assert words in str(error.value)
    with pytest.raises(ValueError, match="give `targets`, `labels` or both"):
        MetConfig(path=str(path))
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    with pytest.raises(VBGError, match="no column 'object_id'"):
        read(tmp_path / "x.csv")


@pytest.mark.parametrize(
    ("period", "medium", "name", "labels"),
    [
        (
            "Qing dynasty (1644–1911), Qianlong period (1736–95)",
            "Porcelain painted in underglaze cobalt blue (Jingdezhen ware)",
            "Vase",
            ("Qing", "Jingdezhen", "underglaze blue", "vase"),
        ),
        (
            "Ming dynasty (1368–1644), Xuande mark and period (1426–35)",
            "Porcelain painted with cobalt blue under transparent glaze (Jingdezhen ware)",
            "Jar",
            ("Ming", "Jingdezhen", "underglaze blue", "jar"),
        ),
        (
            "Qing dynasty (1644–1911), Qianlong mark and period (1736–95)",
            "Porcelain painted in underglaze cobalt blue and overglaze polychrome enamels (Jingdezhen ware)",
            "Snuff bottle",
            ("Qing", "Jingdezhen", "underglaze blue and enamels", "snuff bottle"),
        ),
        (
            "Southern Song dynasty (1127–1279)",
            "Porcelain with bluish white glaze (Jingdezhen Qingbai ware)",
            "Tea bowl",
            ("Song", "Jingdezhen", "bluish white", "cup"),
        ),
        (
            "Yuan dynasty (1271–1368)",
            "Porcelain with celadon glaze (Longquan ware)",
            "Dish",
            ("Yuan", "Longquan", "celadon", "dish"),
        ),
        (
            "Kangxi period (1662–1722)",
            "Porcelain with ivory glaze (Dehua ware)",
            "Figure",
            ("Qing", "Dehua", "white", "figure"),
        ),
        ("Qing dynasty (1644–1911)", "Porcelain with peachbloom glaze", "Water coupe", ("Qing", None, "red", None)),
        ("Ming (1368–1644) or Qing dynasty (1644–1911)", "Porcelain", "Plates", (None, None, None, "dish")),
        ("late Ming–early Qing dynasty", "Porcelain with copper red glaze", "Stem cup", (None, None, "red", "cup")),
        (
            "Edo period (1615–1868)",
            "Porcelain with overglaze enamels (Arita ware)",
            "Bottle",
            (None, None, "overglaze enamels", "bottle"),
        ),
        ("", "", "", (None, None, None, None)),
    ],
)
def test_porcelain_rules_read_rows_in_the_museums_style(period, medium, name, labels):
    found = PORCELAIN({"period": period, "medium": medium, "object_name": name})
    assert tuple(found.get(task) for task in ("dynasty", "kiln", "glaze", "type")) == labels


def test_the_same_source_without_its_labels_gives_the_same_ids_and_inputs(tmp_path):
    tiny = Path(COMPONENT.tiny["path"])
    labelled = COMPONENT.load()(MetConfig(**COMPONENT.tiny, public_domain=False))
    assert told(unlabelled(tiny, labels="gone.yaml")) == told(labelled)
    with tiny.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    left = ("Classification", "Is Public Domain", "Department")
    with (tmp_path / tiny.name).open("w", newline="") as file:
        writer = csv.DictWriter(file, [name for name in rows[0] if name not in left], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    assert told(unlabelled(tmp_path / tiny.name)) == told(labelled)


def test_for_prediction_no_object_is_left_out_and_ids_may_be_absent(tmp_path):
    rows = [{"Object ID": ""}, {"Is Public Domain": "False", "Department": "Arms"}]
    path = written(tmp_path / "m.csv", *rows)
    options = {
        "departments": ["Asian Art"],
        "keep": {"medium": "bronze"},
        "has_image": True,
        "images": "{object_id}.jpg",
    }
    first, second = unlabelled(path, text=["title", "reign"], metadata=[], **options).records()
    assert (first.id, second.id) == ("m.csv:2", "7")
    assert first.inputs == second.inputs == {"text": {"title": "Jar"}, "image": None}
    (tmp_path / "o.jsonl").write_text('{"message": "Not a valid object"}\n{"title": "Jar"}\n')
    loan, jar = unlabelled(tmp_path / "o.jsonl", text=["title"]).records()
    assert loan.reason == "object_id is empty, got Not a valid object"
    assert (jar.id, jar.inputs) == ("o.jsonl:2", {"text": {"title": "Jar"}})


def test_for_prediction_a_path_that_leaves_its_folder_costs_the_picture_only(tmp_path):
    path = written(tmp_path / "m.csv", {"Object ID": "../../x"})
    (record,) = unlabelled(path, text=["title"], metadata=[], images="{object_id}.jpg").records()
    assert (record.id, record.inputs["text"]) == ("../../x", {"title": "Jar"})
    assert str(record.inputs["image"]) == "image path leaves its folder, got '../../x.jpg'"


def test_fields_may_stand_under_other_names(tmp_path):
    path = written(tmp_path / "m.csv", {"Artist Display Name": "a.jpg"})
    columns = {"title": "Medium", "image": "Artist Display Name", "id": "Object Number"}
    (record,) = unlabelled(path, columns, text=["title", "medium"], metadata=[]).records()
    image = tmp_path.resolve() / "a.jpg"
    assert (record.id, record.inputs) == ("1.2", {"text": {"title": "Porcelain"}, "image": image})
    with pytest.raises(VBGError, match="no column 'Titel'. Did you mean 'Title'"):
        unlabelled(path, {"title": "Titel"})


def test_what_is_no_table_is_left_to_others(tmp_path):
    assert unlabelled(tmp_path) is None
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    with pytest.raises(VBGError, match="no column for any of title, object_name"):
        unlabelled(tmp_path / "x.csv")


@pytest.mark.parametrize("name", ["MetObjects.csv", "o.jsonl", "m.parquet"])
def test_a_pointer_in_place_of_the_table_is_named(tmp_path, name):
    (tmp_path / name).write_text("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 312459821\n")
    for opened in (read, unlabelled):
        with pytest.raises(VBGError, match="is a Git LFS pointer, not the file. Run `git lfs pull`"):
            opened(tmp_path / name)


def test_the_tiny_set_can_be_prepared_and_divided(tmp_path):
    prepared = prepare("tiny", COMPONENT, MetConfig(**COMPONENT.tiny), cache=tmp_path)
    assert (prepared.info["records"], prepared.info["quarantined"]) == (26, 0)
    assert {task.name: len(task.classes) for task in prepared.tasks} == {"dynasty": 3, "kiln": 3, "glaze": 3, "type": 3}
    assert prepared.split(SplitConfig(), ["dynasty", "type"])


def test_real_exports_are_read(shared):
    tables = shared / "data" / "museum-tables"
    objects = read(tables / "MetObjects-sample.csv", targets={"department": "department"})
    assert Counter(r.targets["department"] for r in objects) == {"Egyptian Art": 3137, "Islamic Art": 863}
    answers = read(tables / "met-api-objects-sample.jsonl", targets={"department": "department"})
    assert len(answers) == 400
    assert not [r for r in [*objects, *answers] if isinstance(r, Rejected)]


@pytest.mark.parametrize("has_image", [False, True])
def test_a_picture_that_comes_later_is_noticed(tmp_path, has_image):
    path = written(tmp_path / "m.csv", {"Object ID": "1"}, {"Object ID": "2"}, {"Object ID": "3"})
    Image.new("RGB", (4, 4)).save(tmp_path / "2.jpg")
    options = {"targets": {"kind": "classification"}, "images": "{object_id}.jpg", "has_image": has_image}
    for name in ("1.jpg", "3.jpg"):
        assert_pictures_are_followed(COMPONENT, {"path": str(path), **options}, tmp_path / "cache", tmp_path / name)
