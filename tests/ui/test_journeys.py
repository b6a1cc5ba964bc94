"""The workbench in a real browser; skipped where there is none."""

import csv
import io
import os
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image

from ui.another_run import house_of_two
from ui.eyes import WIDTHS, faults, go, write
from ui.pots import write_pots
from vbg_framework.ui.beginning import Beginning
from vbg_framework.ui.export import export_pages
from vbg_framework.ui.house import House
from vbg_framework.ui.plane import read_area

WAIT = 300_000  # ms
IMAGES = Path(__file__).parents[2] / "docs" / "images"
SHOTS = {
    "collection": "/?wrong=yes",
    "map": "/map",
    "confusion": "/confusion",
    "object": "/object/0",
    "doubt": "/doubt",
}

pytestmark = pytest.mark.slow


@pytest.fixture
def house(tiny_run, tmp_path):
    return house_of_two(tiny_run, tmp_path)


@pytest.mark.parametrize("page", WIDTHS[:1], indirect=True)
def test_ten_corrections_by_keyboard_alone_stand_in_the_file(page, bench):
    doubts = bench.doubts.wait()["form"]
    for row in doubts.rows[:10]:
        go(page, f"/doubt?task=form&at={bench.places[row.id]}")
        if not page.input_value("input[name=who]"):
            page.focus("input[name=who]")
            write(page, "A. Lee")
        page.keyboard.press("r")
        write(page, "9 looked at it")
        key = page.locator("button[name=choice]:not(.is)").first.get_attribute("data-key")
        with page.expect_navigation():
            page.keyboard.press(key)
    with bench.file.path.open(encoding="utf-8-sig", newline="") as file:
        rows = [*csv.DictReader(file)]
    assert {row["id"] for row in rows} == {row.id for row in doubts.rows[:10]}
    assert {(row["who"], row["why"]) for row in rows} == {("A. Lee", "9 looked at it")}
    with page.expect_navigation():
        page.keyboard.press("u")
    assert bench.file.ledger.decisions()[-1].kind == "undo"


@pytest.fixture
def begun(browser, serving, tmp_path, monkeypatch):
    """A page of a workbench that begins with a table."""
    folder = tmp_path / "curator"
    folder.mkdir()
    monkeypatch.chdir(folder)
    source = Beginning(write_pots(folder / "pots.csv", 90), folder / "runs")
    link = serving(None, beginning=source, house=House(folder / "runs", folder / "studies"))
    page = browser.new_context(viewport={"width": WIDTHS[1], "height": 900}).new_page()
    page.goto(link)
    yield page
    page.context.close()


def test_from_a_table_to_a_model_and_from_ten_corrections_by_keyboard_to_the_next_one_without_a_terminal(begun):
    begun.click("text=Go on")
    trained(begun)
    begun.click("nav >> text=Doubt")
    begun.wait_for_selector("input[name=who]", timeout=WAIT)
    begun.focus("input[name=who]")
    write(begun, "A. Lee")
    for _ in range(10):
        key = begun.locator("button[name=choice]:not(.is)").first.get_attribute("data-key")
        with begun.expect_navigation():
            begun.keyboard.press(key)
    begun.click("nav >> text=Training")
    trained(begun)
    go(begun, "/data/card")
    assert "10 labels corrected by corrections.csv" in begun.inner_text("body")


def trained(page):
    """Train, wait, and open the model."""
    before = page.locator("text=Open").count()
    with page.expect_navigation():
        page.click("button.go", timeout=WAIT)
    page.focus("nav a")  # keeps the page as it is
    assert faults(page) == []
    page.evaluate("document.activeElement.blur()")
    page.wait_for_selector(f"button:text('Open') >> nth={before}", timeout=WAIT)
    with page.expect_navigation():
        page.locator("button:text('Open')").first.click()


@pytest.mark.parametrize("page", WIDTHS, indirect=True)
def test_pages_fit_the_screen_and_have_no_serious_fault(page, bench):
    bench.doubts.wait()
    beside = "?task=form&other=tiny%2Fother"
    bench.plane.wait()
    for path in ("/", f"/{beside}&change=changed", "/confusion", f"/object/0{beside}&view=1", "/doubt", "/history",
                 "/try", "/runs", "/runs/tiny/other/compare", "/map?area=100,100+900,900"):  # fmt: skip
        go(page, path)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
        assert faults(page) == [], path


@pytest.mark.parametrize("page", WIDTHS[1:], indirect=True)
def test_a_line_that_is_drawn_on_the_map_filters_the_collection(page, bench):
    plane = bench.plane.wait()
    go(page, "/map?task=form&by=predicted")
    with page.expect_navigation(url="**area=*"):
        draw(page, [(10, 10), (90, 15), (85, 55), (50, 60), (15, 50)])
    area = parse_qs(urlsplit(page.url).query)["area"][0]
    count = int(plane.within(read_area(area)).sum())
    assert 0 < count < len(bench.collection)
    assert page.inner_text("h1").split()[0] == f"{count}"
    page.click("text=in the collection")
    assert page.inner_text("h1").split()[0] == f"{count}"
    assert page.locator(".cards li").count() == min(count, 60)


@pytest.mark.parametrize("page", WIDTHS[:1], indirect=True)
def test_a_region_that_is_drawn_and_words_that_are_selected_become_one_annotation(page, bench):
    field, text = next(iter(bench.collection.texts(2).items()))
    go(page, "/object/2")
    page.click("summary:has-text('Mark a region')")
    page.locator("dd[data-field]").first.evaluate("one => getSelection().selectAllChildren(one)")
    draw(page, [(20, 30), (40, 50), (70, 80)])
    page.fill("#annotate input[name=who]", "A. Lee")
    page.fill("input[name=term]", "rim")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    (found,) = bench.file.annotations.standing()
    assert (found.field, found.words, found.term) == (field, text, "rim")
    assert found.box == pytest.approx((20, 30, 50, 50), abs=1)
    shown = page.locator("rect.marked").bounding_box()
    sheet = page.locator("svg.sheet").bounding_box()
    assert (shown["x"] - sheet["x"]) / sheet["width"] == pytest.approx(0.2, abs=0.02)


def draw(page, corners):
    """Draw with the finger where there is a touch screen, else with the mouse; corners are in per cent."""
    page.locator("svg.sheet").scroll_into_view_if_needed()
    edge = page.locator("svg.sheet").bounding_box()
    points = [(edge["x"] + x * edge["width"] / 100, edge["y"] + y * edge["height"] / 100) for x, y in corners]
    if page.evaluate("navigator.maxTouchPoints"):
        hand = page.context.new_cdp_session(page)
        for number, (x, y) in enumerate(points):
            kind = "touchMove" if number else "touchStart"
            hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        hand.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        return
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point, steps=3)
    page.mouse.up()


def test_two_people_judge_generated_records_blind_by_keyboard_and_see_the_results_once_they_handed_in(
    browser, serving, hidden
):
    count, link = len(hidden.blind.wait().form.key), serving(hidden, only="review")
    pages = [
        browser.new_context(viewport={"width": width, "height": 900}, color_scheme=colours).new_page()
        for width, colours in zip(WIDTHS, ("dark", "light"), strict=True)
    ]
    for page, name in zip(pages, ("Ana", "Bo"), strict=True):
        page.goto(link)
        page.focus("input[name=who]")
        write(page, name)
    for _ in range(count):
        for page in pages:
            page.keyboard.press("1")
            page.keyboard.press("g")
            assert faults(page) == []
            with page.expect_navigation():
                page.keyboard.press("s")
    for page in pages:
        go(page, "/review/results")
        assert "Detection rate" not in page.content()
        go(page, "/review")
        with page.expect_navigation():
            page.click("text=Hand in")
        assert page.inner_text("p:has-text('Detection rate')").count("0.50") == 1
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert faults(page) == []
        page.context.close()


def test_pictures_of_the_documentation_are_taken_of_these_pages(browser, bench, link, tmp_path):
    """They are kept where `VBG_PICTURES` is set."""
    bench.doubts.wait(), bench.plane.wait()
    folder = IMAGES if os.environ.get("VBG_PICTURES") else tmp_path
    context = browser.new_context(viewport={"width": 1100, "height": 820})
    page = context.new_page()
    page.goto(link)
    for name, path in SHOTS.items():
        go(page, path)
        page.wait_for_load_state("networkidle")  # photographs further down are not asked for
        with Image.open(io.BytesIO(page.screenshot())) as shot:
            small = shot.convert("RGB").resize((825, 615))
        small.save(folder / f"workbench-{name}.webp", quality=70, method=6)
        with Image.open(IMAGES / f"workbench-{name}.webp") as kept:
            assert kept.size == small.size
        assert f"(images/workbench-{name}.webp)" in (IMAGES.parent / "workbench.md").read_text()
    context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_exported_pages_work_from_a_disk(browser, bench, tmp_path, width):
    export_pages(bench, tmp_path / "out")
    context = browser.new_context(viewport={"width": width, "height": 900})
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.goto((tmp_path / "out" / "index.html").as_uri())
    page.click("text=Confusion: form")
    count = page.locator(".matrix a").first.inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert faults(page) == []
    page.locator(".matrix a").first.click()
    assert page.locator(".cards li").count() == int(count)
    page.locator(".cards a").first.click()
    page.wait_for_function("document.querySelector('.whole').naturalWidth > 0")
    for address in ("objects/9.html", "index.html"):
        page.goto((tmp_path / "out" / address).as_uri())
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert faults(page) == [], address
    assert said == []
    context.close()
