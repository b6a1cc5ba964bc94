"""Records whose picture is missing, under every policy and through any importer."""

import pytest
from PIL import Image
from vbg_table import TableConfig

from vbg_framework.base.errors import VBGError
from vbg_framework.config.plugins import installed
from vbg_framework.contracts.record import Record, Task
from vbg_framework.data.pictures.image import ImageError
from vbg_framework.data.preparation.missing_image import sentence, with_policy
from vbg_framework.data.preparation.prepare import prepare
from vbg_framework.data.preparation.row import Rows


@pytest.fixture
def source(tmp_path):
    names = ["good.png", "gone.png", "pointer.png", "https://a.org/x.png", "../out.png", "good.png;two.png", ""]
    (tmp_path / "pointer.png").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 3\n")
    for name in ("good.png", "two.png"):
        Image.new("RGB", (20, 20), (9 * len(name), 40, 80)).save(tmp_path / name)
    rows = [f"{n},Jug {n},{('jug', 'bowl')[n % 2]},{name}" for n, name in enumerate(names)]
    (tmp_path / "t.csv").write_text("\n".join(["id,title,kind,photo", *rows]))
    return tmp_path


def prepared(source, policy, **options):
    options = {"image": "photo", **options}
    config = TableConfig(path=str(source / "t.csv"), id="id", text=["title"], targets={"kind": "kind"}, **options)
    component, _ = installed().component("dataset", "table", where="test")
    return prepare("t", component, config, cache=source / "cache", missing_image=policy)


def test_the_text_is_kept_or_the_record_is_put_aside(source):
    strict, kept = prepared(source, None), prepared(source, "keep")
    assert (len(strict.table), strict.info["quarantined"], strict.info["without_picture"]) == (4, 4, {})
    assert (len(kept.table), kept.info["quarantined"], sum(kept.info["without_picture"].values())) == (8, 0, 4)
    assert list(kept.table["id"]) == ["0", "1", "2", "3", "4", "5", "5#2", "6"]
    assert [reason for reason in kept.info["without_picture"] if "Git LFS pointer" in reason]


def test_addresses_are_said_with_the_command_that_fetches_them(source):
    (told,) = sentence(prepared(source, "keep").info)
    assert "4 records are kept without their picture" in told
    assert told.endswith("`vbg data download t` fetches them.")


def test_a_run_that_knows_the_component_alone_names_no_data_set_that_is_not_there(source):
    info = prepared(source, "keep").info
    (told,) = sentence({**info, "name": info["component"]})
    assert told.endswith("`vbg data download NAME` fetches them.")


def test_a_pattern_follows_the_same_policy(source):
    kept = prepared(source, "keep", image="{id}.png").info
    assert sentence(kept) == ["7 records are kept without their picture: 7 x image file is missing."]
    for policy in (None, "quarantine"):
        with pytest.raises(VBGError, match="7 x image file is missing"):
            prepared(source, policy, image="{id}.png")


def test_a_reader_that_goes_on_without_a_picture_follows_it_too(tmp_path):
    rows, record = Rows([Task("kind")], 10**6, 64), Record("1", {"text": "Jug", "image": None}, {"kind": "jug"})
    for policy in (None, "keep"):
        row, without = with_policy(rows, record, [tmp_path / "1.jpg"], policy)
        assert (row["text_text"], without) == ("Jug", "image file is missing")
    with pytest.raises(ImageError, match=r"image file is missing, got .*1\.jpg"):
        with_policy(rows, record, [tmp_path / "1.jpg"], "quarantine")
