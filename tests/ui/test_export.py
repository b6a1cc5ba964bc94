"""Exported pages: what they show, where they lead, and that nothing lies outside their folder."""

import re
from html import unescape
from pathlib import PurePosixPath

import numpy as np
import pytest

from ui.test_site import Tags
from vbg_framework.ui.export import export_pages
from vbg_framework.ui.site import ASSETS

NAME = re.compile(r"(index|confusion|objects|pictures|cells|map)[-/]?(map-)?[\d-]*(small)?\.(html|jpg|png)")
CELL = re.compile(r'<a href="([^"]+)" aria-label="(.+?) answered (.+?): (\d+)"')


@pytest.fixture(scope="module")
def pages(opened, tmp_path_factory):
    folder = tmp_path_factory.mktemp("export") / "out"
    export_pages(opened, folder)
    return folder


def objects(folder, address):
    """The places on all pages of a list."""
    found, file = [], folder / address
    while file:
        text = file.read_text()
        found += [int(place) for place in re.findall(r'href="(?:\.\./)?objects/(\d+)\.html"', text)]
        after = re.search(r'href="([^"]+)" rel="next"', text)
        file = (file.parent / after[1]).resolve() if after else None
    return found


def test_the_collection_holds_every_object_once_and_each_has_its_page(pages, opened):
    assert objects(pages, "index.html") == list(range(len(opened.collection)))
    for place, identity in enumerate(opened.collection.ids):
        text = (pages / f"objects/{place}.html").read_text()
        assert f"<h1>{identity} <span" in text
        assert text.count('class="whole"') == len(opened.collection.views[place])


def test_every_cell_of_the_confusion_leads_to_exactly_its_records(pages, opened):
    for number, (name, labels) in enumerate(opened.collection.labels.items(), 1):
        total = 0
        for address, true, predicted, count in CELL.findall((pages / f"confusion-{number}.html").read_text()):
            places = objects(pages, address)
            said = {(*labels.names("truth", p), *labels.names("predicted", p)) for p in places}
            assert (len(places), said) == (int(count), {(true, predicted)}), name
            total += len(places)
        assert total == sum(opened.collection.part(p) == "test" for p in range(len(opened.collection)))


def test_every_square_of_the_map_leads_to_exactly_its_records(pages, opened):
    found = []
    squares = re.findall(
        r'href="(cells/map-[^"]+)" aria-label="[^"]+: (\d+) records"', (pages / "map.html").read_text()
    )
    for address, count in squares:
        found += objects(pages, address)
        assert len(objects(pages, address)) == int(count)
    on = ~np.isnan(opened.plane.wait().places[:, 0])
    assert sorted(found) == np.flatnonzero(on).tolist()


def test_links_are_relative_and_lead_to_files_of_the_folder(pages):
    here = pages.resolve()
    for file in pages.rglob("*.html"):
        text = file.read_text()
        assert "script-src 'none'" in text
        assert not re.search(r"<script|<form|\sstyle=|https?://", text)
        for address in re.findall(r'(?:href|src)="([^"]+)"', text):
            if address != "#main":
                assert not PurePosixPath(unescape(address)).is_absolute()
                there = (file.parent / address).resolve()
                assert there.is_file()
                assert there.is_relative_to(here)


def test_names_that_want_to_be_code_or_paths_are_shown_and_name_no_file(hostile, tmp_path):
    folder = tmp_path / "a" / "out"
    folder.parent.mkdir()
    export_pages(hostile, folder)
    for file in folder.rglob("*.html"):
        text = file.read_text()
        tags = Tags(text)
        assert not {"b", "i", "script"} & tags.names
        assert not [name for name in tags.attributes if name.startswith("on") or name == "autofocus"]
        assert "\x1b" not in text
        assert ">49<" not in text
    assert "../../etc/passwd" in (folder / "index.html").read_text()
    files = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    assert [name for name in files - {*ASSETS} if not NAME.fullmatch(name)] == []
    assert [*folder.parent.iterdir()] == [folder]
    assert not (folder / "confusion-1.html").exists()
