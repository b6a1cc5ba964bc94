"""The dataset `lido`."""

from pathlib import Path

import pytest
from late_pictures import assert_pictures_are_followed
from PIL import Image
from vbg_lido import FIELDS, LidoConfig, vbg_components

from vbg_framework.data.prepare import prepare
from vbg_framework.errors import VBGError
from vbg_framework.record import Rejected

COMPONENT = next(iter(vbg_components()))
TINY = Path(COMPONENT.tiny["path"])


def read(path, **options):
    return list(COMPONENT.load()(LidoConfig(**({"path": str(path), "targets": {"type": "type"}} | options))).records())


def test_a_record_is_read_with_its_fields():
    record = read(TINY)[1]
    assert (record.id, record.group, record.licence, record.source) == ("made-002", "made-002", "CC0 1.0", "tiny.xml:2")
    assert record.inputs["text"] == {
        **{"title": "Bowl painted", "type": "bowl", "material": "stoneware", "technique": "stoneware, painted"},
        **{"date": "about 360", "place": "", "culture": "", "description": ""},
    }
    assert record.inputs["metadata"] == {"begin": 360.0, "end": 380.0}
    assert record.targets == {"type": "bowl"}


def test_repeated_elements_are_several_values(tmp_path):
    term = "<lido:term>bowl</lido:term>"
    path = tmp_path / "a.xml"
    path.write_text(TINY.read_text().replace(term, f"{term}<lido:term> drinking\n bowl </lido:term>"))
    record = read(path, targets={"type": {"field": "type", "multi_label": True}, "first": "type"})[0]
    assert record.targets == {"type": ["bowl", "drinking bowl"], "first": "bowl"}


def test_a_folder_of_files_is_read_in_order_and_a_single_record_may_be_the_root(tmp_path):
    (tmp_path / "b.xml").write_text(TINY.read_text())
    record = TINY.read_text().partition("<lido:lido>")[2].partition("</lido:lido>")[0]
    root = f'<lido:lido xmlns:lido="http://www.lido-schema.org">{record}</lido:lido>'
    (tmp_path / "a.xml").write_text(root.replace("made-001", "single"))
    assert [r.id for r in read(tmp_path)][:2] == ["single", "made-001"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_document_types_and_so_entities_are_refused(tmp_path, encoding):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    external = f'<!DOCTYPE x [<!ENTITY a SYSTEM "file://{secret}">]>'
    (tmp_path / "in").mkdir()
    for declaration in (bomb, external, '<!DOCTYPE x SYSTEM "http://x/y.dtd">'):
        content = TINY.read_text().replace("\n", f"\n{declaration}\n", 1).replace("Bowl plain", "&a;")
        (tmp_path / "in" / "a.xml").write_text(content.replace("UTF-8", encoding.upper()), encoding=encoding)
        (rejected,) = read(tmp_path / "in")
        assert rejected == Rejected("a.xml:1", "file declares a document type, which could hide entities")


def test_an_undeclared_entity_ends_the_file(tmp_path):
    (tmp_path / "a.xml").write_text(TINY.read_text().replace("Bowl painted", "&xxe;"))
    first, broken = read(tmp_path / "a.xml")
    assert first.id == "made-001"
    assert "undefined entity" in broken.reason


def test_broken_files_are_put_aside_and_the_rest_is_read(tmp_path):
    text = TINY.read_text()
    (tmp_path / "a.xml").write_text(text[: len(text) // 2])
    (tmp_path / "b.xml").write_bytes(b"")
    (tmp_path / "c.xml").write_bytes(b"\xff\x00junk")
    (tmp_path / "d.xml").write_text(text.replace("made-001", " "))
    found = read(tmp_path)
    faults = [(item.source, item.reason.partition(",")[0]) for item in found if isinstance(item, Rejected)]
    assert [source for source, _ in faults[1:]] == ["b.xml:1", "c.xml:1", "d.xml:1"]
    assert faults[0][0].startswith("a.xml:")
    assert faults[0][1] == "file breaks off here"
    assert faults[3][1] == "lidoRecID is empty"
    assert found[-1].id == "made-015"


def test_images_are_found_by_a_pattern_and_links_are_never_followed(tmp_path):
    (tmp_path / "a.xml").write_text(TINY.read_text().replace("made-003", "../../x"))
    Image.new("RGB", (4, 4)).save(tmp_path / "made-001.png")
    first, second, third, *_ = read(tmp_path / "a.xml", images="{id}.png")
    assert first.inputs["image"] == tmp_path / "made-001.png"
    assert "image" not in second.inputs
    assert "leaves its folder" in third.reason


def test_wrong_options_are_early_errors(tmp_path):
    with pytest.raises(VBGError, match="no field 'titel'. Did you mean 'title'"):
        read(TINY, text=["titel"])
    with pytest.raises(VBGError, match=r"holds no \.xml file"):
        read(tmp_path)
    with pytest.raises(VBGError, match="no such file"):
        read(tmp_path / "absent.xml")
    with pytest.raises(ValueError, match="give `targets`"):
        LidoConfig(path="x")


def test_the_fields_are_named_where_users_look_them_up():
    assert all(field in LidoConfig.__doc__ for field in FIELDS)


def test_the_tiny_set_is_prepared(tmp_path):
    prepared = prepare("tiny", COMPONENT, LidoConfig(**COMPONENT.tiny), cache=tmp_path)
    assert (prepared.info["records"], prepared.info["quarantined"]) == (15, 0)


def test_a_picture_that_comes_later_is_noticed(tmp_path):
    (tmp_path / "a.xml").write_text(TINY.read_text())
    options = {"path": str(tmp_path / "a.xml"), "targets": {"type": "type"}, "images": "photos/{id}.png"}
    picture = tmp_path / "photos" / "made-002.png"
    assert_pictures_are_followed(COMPONENT, options, tmp_path / "cache", picture)
