"""The datasets `edm` and `linked_art`: the same facts in other formats are the same records."""

import json
from dataclasses import replace

import pytest
from vbg_lido import vbg_components

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.record import Rejected, Skipped

COMPONENTS = {component.name: component for component in vbg_components()}
ALL = {"text": ["title", "type", "material", "technique", "date", "place"], "targets": {"type": "type"}}
RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:edm="http://www.europeana.eu/schemas/edm/" '
    'xmlns:ore="http://www.openarchives.org/ore/terms/" xmlns:skos="http://www.w3.org/2004/02/skos/core#">'
)


def read(name, **options):
    component = COMPONENTS[name]
    dataset = component.load()(component.config(**{**component.tiny, **ALL, **options}))
    return list(dataset.records())


def text(record, field):
    return record.inputs["text"][field]


@pytest.mark.parametrize("name", ["edm", "linked_art"])
def test_the_same_facts_give_the_same_records(name):
    own, lido = ([replace(record, source="") for record in read(each)] for each in (name, "lido"))
    assert own == lido


def test_properties_at_proxies_and_labels_of_concepts_are_found(tmp_path):
    (tmp_path / "a.xml").write_text(
        f"""<OAI-PMH><record><metadata>{RDF}<edm:ProvidedCHO rdf:about="/1"/>
<ore:Aggregation rdf:about="/a1"><edm:aggregatedCHO rdf:resource="/1"/><edm:isShownBy rdf:resource="https://a.org/1.jpg"/>
<edm:rights rdf:resource="http://creativecommons.org/licenses/by/4.0/"/></ore:Aggregation>
<ore:Proxy rdf:about="/p1"><ore:proxyFor rdf:resource="/1"/><dc:title>Schale</dc:title><dc:title xml:lang="en">Bowl
</dc:title><dc:type rdf:resource="http://v.org/9"/><dc:rights>nobody</dc:rights></ore:Proxy>
<skos:Concept rdf:about="http://v.org/9"><skos:prefLabel xml:lang="de">Schale</skos:prefLabel>
<skos:prefLabel xml:lang="en">bowl</skos:prefLabel></skos:Concept></rdf:RDF></metadata></record>
<record><header status="deleted"/></record></OAI-PMH>"""
    )
    record, deleted = read("edm", path=str(tmp_path), language="en")
    assert (record.id, record.targets, text(record, "title")) == ("/1", {"type": "bowl"}, "Bowl")
    assert record.licence == "http://creativecommons.org/licenses/by/4.0/"
    assert deleted == Skipped("a.xml:2", "record was deleted, says the harvest")


def test_several_objects_in_one_file_stay_apart(tmp_path):
    objects = "".join(
        f'<edm:ProvidedCHO rdf:about="{n}"><dc:type>{kind}</dc:type><dc:title>T{n}</dc:title></edm:ProvidedCHO>'
        for n, kind in enumerate(("jug", "bowl"))
    )
    (tmp_path / "a.rdf").write_text(f"{RDF}{objects}</rdf:RDF>")
    assert [(r.id, r.targets["type"]) for r in read("edm", path=str(tmp_path))] == [("0", "jug"), ("1", "bowl")]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("<lidoWrap/>", "holds no EDM object, got the element 'lidoWrap'"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><x/>', "declares a document type"),
        ("version https://git-lfs.github.com/spec/v1\noid\n", "is a Git LFS pointer"),
        (f"{RDF}<edm:ProvidedCHO", "breaks off here"),
    ],
)
def test_a_file_without_edm_says_what_it_is(tmp_path, content, what):
    (tmp_path / "a.xml").write_text(content)
    (rejected,) = read("edm", path=str(tmp_path))
    assert isinstance(rejected, Rejected)
    assert what in rejected.reason


OBJECT = {
    "id": "https://a.org/1",
    "type": "HumanMadeObject",
    "classified_as": [{"_label": "Artwork"}, {"_label": "jug", "classified_as": [{"id": "aat:300435443"}]}],
    "identified_by": [
        {"type": "Name", "content": "Krug", "language": [{"id": "http://vocab.getty.edu/aat/300388344"}]},
        {"type": "Name", "content": "Jug", "language": [{"id": "http://vocab.getty.edu/aat/300388277"}]},
        {"type": "Identifier", "content": "K 1"},
    ],
    "referred_to_by": [{"content": "clay, glazed", "classified_as": [{"id": "aat:300435429"}]}],
    "produced_by": {"part": [{"took_place_at": [{"identified_by": [{"type": "Name", "content": "Delft"}]}]}]},
}


@pytest.mark.parametrize("wrap", ["one", "list", "lines", "graph", "page"])
def test_linked_art_is_read_however_it_is_wrapped(tmp_path, wrap):
    forms = {"one": OBJECT, "list": [OBJECT], "graph": {"@graph": [{"type": "Person"}, OBJECT]}}
    forms["page"] = {"type": "OrderedCollectionPage", "orderedItems": [{"object": OBJECT}]}
    path = tmp_path / ("a.jsonl" if wrap == "lines" else "a.json")
    path.write_text(json.dumps(forms.get(wrap, OBJECT), indent=None if wrap == "lines" else 1), encoding="utf-8-sig")
    (record,) = read("linked_art", path=str(path), language="en")
    assert (record.id, record.targets, text(record, "title")) == ("https://a.org/1", {"type": "jug"}, "Jug")
    assert (text(record, "material"), text(record, "place")) == ("clay, glazed", "Delft")


@pytest.mark.parametrize("content", ['{"a": 1}', "[]", "{", '{"type": "Person"}\n{"type": "Person"}'])
def test_a_file_without_linked_art_says_so(tmp_path, content):
    (tmp_path / "a.json").write_text(content)
    (rejected,) = read("linked_art", path=str(tmp_path))
    assert "no Linked Art object" in rejected.reason or "breaks off here" in rejected.reason


def test_pictures_are_found_by_the_pattern_of_a_field(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps(OBJECT))
    (tmp_path / "K 1.jpg").touch()
    (record,) = read("linked_art", path=str(tmp_path), images="{inventory_number}.jpg")
    assert record.inputs["image"] == tmp_path.resolve() / "K 1.jpg"
    with pytest.raises(VBGError, match="no field 'number'"):
        read("linked_art", path=str(tmp_path), images="{number}.jpg")
