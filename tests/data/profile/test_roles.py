"""Which column means what."""

import json

import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.data.profile.roles import guess_roles
from vbg_framework.data.profile.table_facts import table_facts
from vbg_framework.data.readers.table import Table

HEADER = "Inv.-Nr.;Titel;Objektart;Jahr;Objekt;Split;Lizenz;Foto;Geändert am"


def guessed(tmp_path, lines, **options):
    (tmp_path / "t.csv").write_text("\n".join(lines))
    return guess_roles(table_facts(Table(tmp_path / "t.csv")), **options)


def rows(count=30):
    for n in range(count):
        kind, split = ("Krug", "Teller", "Schale")[n % 3], ("train", "train", "test")[n // 3 % 3]
        about = f"{1800 + n};O{n // 2};{split};CC0;https://a.org/{n}.jpg"
        yield f"K-{n};Glasiert, um {n};{kind};{about};2024-01-{n % 28 + 1}"


def test_roles_are_guessed_with_reasons(tmp_path):
    roles = guessed(tmp_path, [HEADER, *rows()])
    assert (roles.id, roles.group, roles.split, roles.licence) == ("Inv.-Nr.", "Objekt", "Split", "Lizenz")
    assert ([made.column for made in roles.tasks], roles.text, roles.metadata) == (["Objektart"], ["Titel"], ["Jahr"])
    assert (roles.image, roles.fetched) == ("Foto", True)
    assert roles.why["Foto"] == ("picture", "holds addresses, which `vbg data download` fetches")


def test_objects_inside_json_have_columns_and_lists_are_no_classes(tmp_path):
    kinds, stuff = ("jug", "bowl", "vase"), (["clay"], ["clay", "glaze"], ["brass"])
    lines = [
        {"id": n, "kind": {"term": kinds[n % 3]}, "about": [{"text": f"A {n} of clay"}], "stuff": stuff[n % 3]}
        | {"sizes": [{"cm": n}, {"cm": n + 1}][: 1 + (n % 10 == 0)]}
        for n in range(30)
    ]
    (tmp_path / "t.json").write_text(json.dumps(lines))
    roles = guess_roles(table_facts(Table(tmp_path / "t.json")))
    assert [made.column for made in roles.tasks] == ["kind.term"]
    assert roles.text == ["stuff", "about.text"]
    assert roles.why["kind"] == ("left out", "holds objects; what is in them has columns of its own")
    assert roles.why["sizes.cm"] == ("left out", "several numbers in a cell")


def test_the_order_of_the_rows_changes_nothing(tmp_path):
    there, back = [guessed(tmp_path, [HEADER, *lines]) for lines in (rows(), [*rows()][::-1])]
    assert there == back


def test_a_column_can_be_chosen_as_label(tmp_path):
    assert guessed(tmp_path, [HEADER, *rows()], target="Objektart").tasks[0].column == "Objektart"
    with pytest.raises(VBGError, match=r"column 'Titel' holds no classes"):
        guessed(tmp_path, [HEADER, *rows()], target="Titel")


def test_a_table_without_ids_or_classes_is_an_error_that_says_what_to_add(tmp_path):
    with pytest.raises(VBGError, match="no column tells the rows apart.*Add a column `id`"):
        guessed(tmp_path, ["title,kind", *["A bowl,bowl"] * 9])
    with pytest.raises(VBGError, match="no column holds classes that can be learnt, got 2 rows"):
        guessed(tmp_path, ["id,kind", "1,bowl", "2,jug"])


def test_what_keeps_an_id_from_telling_the_rows_apart_is_said(tmp_path):
    lines = [f"{min(n, 27)};Vessel;{('jug', 'bowl')[n % 2]}" for n in range(30)]
    with pytest.raises(VBGError, match=r"got 'Inv.-Nr.' with '27' in 3 rows"):
        guessed(tmp_path, ["Inv.-Nr.;Titel;Objektart", *lines])
    with pytest.raises(VBGError, match=r"got 'Inv.-Nr.' with nothing in 3"):
        guessed(tmp_path, ["Inv.-Nr.;Titel;Objektart", *lines[:27], *[";Vessel;jug"] * 3])


def test_rows_that_share_a_number_are_views_of_one_object(tmp_path):
    lines = [f"K{n // 2};photos/{n}.jpg;Painted with flowers {n // 2};{('jug', 'bowl')[n // 2 % 2]}" for n in range(40)]
    roles = guessed(tmp_path, ["Inventarnummer;Foto;Titel;Objektart", *lines])
    assert (roles.id, roles.group) == ("Foto", "Inventarnummer")


def test_yes_and_no_are_classes_where_there_is_nothing_better(tmp_path):
    lines = [f"{n};Painted with {('flowers', 'birds')[n % 2]} {n};{('yes', 'no')[n % 2]}" for n in range(30)]
    assert guessed(tmp_path, ["id;title;fake", *lines]).tasks[0].column == "fake"


def test_a_label_with_nothing_beside_it_is_an_error(tmp_path):
    with pytest.raises(VBGError, match="nothing is left to tell 'kind' from"):
        guessed(tmp_path, ["id;kind", *(f"{n};{('jug', 'bowl')[n % 2]}" for n in range(30))])


def test_words_of_their_own_are_texts_if_rows_hold_nothing_else(tmp_path):
    roles = guessed(tmp_path, ["id;name;kind", *(f"{n};N{n};{('jug', 'bowl')[n % 2]}" for n in range(30))])
    assert roles.text == ["name"]


def test_another_label_is_a_text_if_rows_hold_nothing_else(tmp_path):
    lines = [f"{n};{('jug', 'bowl')[n % 2]};{('clay', 'brass', 'tin')[n // 2 % 3]}" for n in range(30)]
    roles = guessed(tmp_path, ["id;kind;material", *lines])
    assert ([made.column for made in roles.tasks], roles.text) == (["kind"], ["material"])
    assert roles.why["material"] == ("text", "words, and nothing else can be read")


def test_why_there_are_no_classes_is_said(tmp_path):
    with pytest.raises(VBGError, match="Several columns are called 'kind': rename all but one"):
        guessed(tmp_path, ["id;kind;kind", *(f"{n};{('jug', 'bowl')[n % 2]};x" for n in range(30))])
    lines = [{"id": n, "kind": [("jug", "bowl")[n % 2]], "title": f"no. {n} of many"} for n in range(30)]
    (tmp_path / "t.json").write_text(json.dumps(lines))
    with pytest.raises(VBGError, match="Column 'kind' holds lists: write one class per row, or a registry with"):
        guess_roles(table_facts(Table(tmp_path / "t.json")))
