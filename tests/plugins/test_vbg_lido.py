"""The dataset `lido`."""

import re
import tracemalloc
from pathlib import Path

import pytest
from late_pictures import assert_pictures_are_followed
from PIL import Image
from vbg_lido import FIELDS, LidoConfig, vbg_components

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.record import Rejected, Skipped
from vbg_framework.data.preparation.prepare import prepare

COMPONENT = next(iter(vbg_components()))
TINY = Path(COMPONENT.tiny["path"])
EDM = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:edm="http://www.europeana.eu/schemas/edm/"><edm:ProvidedCHO rdf:about="1"><dc:type>bowl</dc:type>
</edm:ProvidedCHO></rdf:RDF>"""


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
    assert second.inputs["image"] is None
    assert "leaves its folder" in str(third.inputs["image"])


def test_wrong_options_are_early_errors(tmp_path):
    with pytest.raises(VBGError, match="no field 'titel'. Did you mean 'title'"):
        read(TINY, text=["titel"])
    with pytest.raises(VBGError, match=r"holds no \.xml file"):
        read(tmp_path)
    with pytest.raises(VBGError, match="no such file"):
        read(tmp_path / "absent.xml")
    with pytest.raises(ValueError, match="give `targets`"):
        LidoConfig(path="x")


def bilingual(folder, *types, block="de"):
    """A file with a record per list of (language or None, term)."""
    records = ""
    for number, terms in enumerate(types, 1):
        lines = [f"<term{f' xml:lang={tag!r}' if tag is not None else ''}>{term}</term>" for tag, term in terms]
        title = "<titleWrap><titleSet><appellationValue xml:lang='en'>Bowl</appellationValue><appellationValue>Schale\
</appellationValue></titleSet></titleWrap>"
        kind = f"<objectWorkTypeWrap><objectWorkType>{''.join(lines)}</objectWorkType></objectWorkTypeWrap>"
        other = "<objectWorkTypeWrap><objectWorkType><term>vessel</term></objectWorkType></objectWorkTypeWrap>"
        blocks = f"<descriptiveMetadata xml:lang='{block}'>{kind}{title}</descriptiveMetadata>"
        blocks += f"<descriptiveMetadata xml:lang='en'>{other}</descriptiveMetadata>"
        records += f"<lido><lidoRecID>{number}</lidoRecID>{blocks}</lido>"
    folder.mkdir(exist_ok=True)
    (folder / "a.xml").write_text(f"<lidoWrap>{records}</lidoWrap>")
    return folder / "a.xml"


def types_and_titles(records):
    return [(record.targets.get("type"), record.inputs["text"]["title"]) for record in records]


def test_values_are_of_one_language_whatever_the_order_of_the_terms(tmp_path):
    path = bilingual(tmp_path, [("en", "bowl"), ("de", "Schale")], [("de", "Schale"), ("en", "bowl")])
    every = {"type": {"field": "type", "multi_label": True}}
    for language, kinds, title in [
        ("de", ["Schale"], "Schale"),
        ("DE", ["Schale"], "Schale"),
        ("en", ["bowl", "vessel"], "Bowl"),
        (["fr", "en", "de"], ["bowl", "vessel"], "Bowl"),
        ([], ["Schale"], "Schale"),
    ]:
        assert types_and_titles(read(path, language=language, targets=every)) == [(kinds, title)] * 2


def test_without_the_wanted_language_no_language_comes_first_and_then_the_alphabet(tmp_path):
    path = bilingual(tmp_path, [("en", "bowl"), ("", "300203596")], [("fr", "bol"), ("en-GB", "bowl")], block="it")
    assert [kind for kind, _ in types_and_titles(read(path))] == ["300203596", "vessel"]
    assert [kind for kind, _ in types_and_titles(read(path, language="fr"))] == ["300203596", "bol"]
    path = bilingual(tmp_path, [("de-AT", "Fauteuil"), ("de", "Sessel")], [("de_AT", "Fauteuil")])
    assert [kind for kind, _ in types_and_titles(read(path, language="de"))] == ["Sessel", "Fauteuil"]
    assert [kind for kind, _ in types_and_titles(read(path, language="de-AT"))] == ["Fauteuil", "Fauteuil"]


def test_how_many_values_were_taken_in_which_language_is_said(tmp_path):
    path = bilingual(tmp_path, [("en", "bowl"), ("de", "Schale")], [("en", "jug")])
    dataset = COMPONENT.load()(LidoConfig(path=str(path), targets={"type": "type"}, text=["title"]))
    for _ in range(2):  # however often it is read
        assert len(list(dataset.records())) == 2
        assert dataset.remarks() == [
            "Language of the values: de 3, en 2; not taken, because another language comes first: en 4."
            " The option `language` sets the order."
        ]
    plain = COMPONENT.load()(LidoConfig(**COMPONENT.tiny))
    assert [len(list(plain.records())), plain.remarks()] == [15, []]
    config = LidoConfig(path=str(path), targets={"type": "type"}, text=["title"])
    prepared = prepare("two", COMPONENT, config, cache=tmp_path / "cache")
    assert prepared.info["remarks"] == dataset.remarks()


def test_a_file_without_lido_says_what_it_holds(tmp_path):
    (tmp_path / "a.xml").write_text(EDM)
    (tmp_path / "b.xml").write_text("<OAI-PMH><error code='noRecordsMatch'/></OAI-PMH>")
    (tmp_path / "c.xml").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 3\n")
    assert read(tmp_path) == [
        Rejected("a.xml:1", "file holds EDM, not LIDO: read it with `type: edm`"),
        Rejected("b.xml:1", "file holds no LIDO record, got the element 'OAI-PMH'"),
        Rejected("c.xml:1", "file is a Git LFS pointer, not the file: run `git lfs pull` in its folder"),
    ]
    with pytest.raises(VBGError, match="file holds EDM, not LIDO: read it with"):
        prepare("edm", COMPONENT, LidoConfig(path=str(tmp_path / "a.xml"), targets={"t": "type"}), cache=tmp_path)


def test_everything_in_a_folder_is_read_or_told(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "B.XML").write_text(TINY.read_text())
    (tmp_path / "a.xml").write_text('<OAI-PMH><record><header status="deleted"/></record></OAI-PMH>')
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "deep" / "made-001.jpg").write_bytes(b"")
    found = read(tmp_path)
    assert found[0] == Skipped("a.xml:1", "record was deleted, says the harvest")
    assert (len(found), found[1].source) == (17, "deep/B.XML:1")
    assert found[-1] == Skipped("notes.txt", "file is of another kind (.txt)")


def test_what_is_no_record_is_forgotten_at_once(tmp_path):
    record = "<record><metadata><x>" + "<y>1</y>" * 50 + "</x></metadata></record>"
    (tmp_path / "a.xml").write_text(f"<OAI-PMH><ListRecords>{record * 4000}</ListRecords></OAI-PMH>")
    tracemalloc.start()
    assert len(read(tmp_path)) == 1
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1_000_000


def unlabelled(path, columns=None, **options):
    config = LidoConfig(**({"path": "gone.xml", "targets": {"type": "type"}, "text": ["title"]} | options))
    return COMPONENT.load().unlabelled(config, path, columns or {})


def told(dataset):
    return [(record.id, record.inputs, record.source) for record in dataset.records()]


def test_the_same_source_without_its_labels_gives_the_same_ids_and_inputs(tmp_path):
    labelled = COMPONENT.load()(LidoConfig(**COMPONENT.tiny))
    assert told(unlabelled(TINY, labels="gone.yaml")) == told(labelled)
    (tmp_path / TINY.name).write_text(
        re.sub("<lido:objectWorkTypeWrap>.*?</lido:objectWorkTypeWrap>", "", TINY.read_text())
    )
    assert told(unlabelled(tmp_path / TINY.name)) == told(unlabelled(tmp_path)) == told(labelled)


def test_for_prediction_ids_may_be_absent_and_languages_are_those_of_training(tmp_path):
    path = bilingual(tmp_path, [("de", "Schale")])
    path.write_text(path.read_text().replace("<lidoRecID>1</lidoRecID>", ""))
    dataset = unlabelled(path, language="en", images="{id}.jpg", metadata=[])
    assert told(dataset) == [("a.xml:1", {"text": {"title": "Bowl"}, "image": None}, "a.xml:1")]
    assert dataset.remarks()[0].startswith("Language of the values: en 1; not taken")


def test_for_prediction_a_path_that_leaves_its_folder_costs_the_picture_only(tmp_path):
    (tmp_path / "a.xml").write_text(TINY.read_text().replace("made-003", "../../x"))
    _, _, record, *_ = unlabelled(tmp_path / "a.xml", images="{id}.png").records()
    assert record.id == "../../x"
    assert record.inputs["text"]["title"]
    assert str(record.inputs["image"]) == "image path leaves its folder, got '../../x.png'"


def test_another_field_may_be_read_in_place_of_one(tmp_path):
    record = next(iter(unlabelled(TINY, {"title": "material", "image": "id"}, metadata=[]).records()))
    assert record.inputs == {"text": {"title": "stoneware"}, "image": TINY.parent / "made-001"}
    with pytest.raises(VBGError, match="no field 'materiel'. Did you mean 'material'"):
        unlabelled(TINY, {"title": "materiel"})


def test_what_is_no_xml_is_left_to_others(tmp_path):
    (tmp_path / "a.csv").write_text("id\n1\n")
    assert unlabelled(tmp_path) is unlabelled(tmp_path / "a.csv") is None


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
