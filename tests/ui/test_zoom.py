"""Zoom and pan of the pictures of an object, in a real browser."""

import pytest

from ui.eyes import WIDTHS, go

pytestmark = pytest.mark.slow
PLACE = "one => [new DOMMatrix(getComputedStyle(one).transform)].map(m => [m.a, m.e, m.f])[0]"


@pytest.fixture
def views(page, bench, monkeypatch):
    """The pictures of an object that has two."""
    pictured = [rows[0] for rows in bench.collection.views if bench.thumbnails.key(rows[0])]
    views = [pictured[:2], *bench.collection.views[1:]]
    monkeypatch.setattr(bench.collection, "views", views)
    go(page, "/object/0")
    page.wait_for_function("[...document.querySelectorAll('.whole')].every(one => one.complete)")
    shown = page.locator(".whole")
    assert shown.count() == 2
    return shown


def scales(views):
    return [round(views.nth(number).evaluate(PLACE)[0], 3) for number in range(2)]


def centre(page, view):
    """Of what is shown, once it lies on the screen."""
    view.scroll_into_view_if_needed()
    edge = view.bounding_box()
    return edge["x"] + edge["width"] / 2, edge["y"] + edge["height"] / 2


@pytest.mark.parametrize("page", WIDTHS[:1], indirect=True)
def test_keys_zoom_and_move_and_arrows_turn_pages_again_once_the_picture_is_whole(page, views):
    page.keyboard.press("+")
    assert scales(views) == [1.5, 1]
    page.locator("a.pane").nth(1).focus()
    page.keyboard.press("+")
    page.keyboard.press("+")
    assert scales(views) == [1.5, 2.25]
    before = views.nth(1).evaluate(PLACE)
    page.keyboard.press("ArrowRight")
    moved = views.nth(1).evaluate(PLACE)
    wide = views.nth(1).evaluate("one => one.offsetWidth")
    assert moved[1] == pytest.approx(before[1] - wide / 10, abs=1)
    assert page.inner_text("output") == "225 %"
    page.keyboard.press("-")
    page.keyboard.press("0")
    assert scales(views) == [1.5, 1]
    with page.expect_navigation(url="**/object/1*"):
        page.keyboard.press("ArrowRight")


@pytest.mark.parametrize("page", WIDTHS[:1], indirect=True)
def test_the_wheel_zooms_at_its_place_only_in_a_picture_that_was_chosen(page, views):
    x, y = centre(page, views.nth(0))
    page.mouse.move(x, y)
    page.mouse.wheel(0, 100)
    assert scales(views) == [1, 1]
    page.evaluate("scrollTo(0, 0)")
    page.locator("a.pane").first.focus()
    x, y = centre(page, views.nth(0))
    edge = views.nth(0).bounding_box()
    page.mouse.move(edge["x"] + edge["width"] / 4, y)
    page.mouse.wheel(0, -400 * 0.6931471805599453)
    page.wait_for_function("document.querySelector('output').textContent === '200 %'")
    scale, left, _ = views.nth(0).evaluate(PLACE)
    assert scale == pytest.approx(2, abs=0.01)
    assert left == pytest.approx(-edge["width"] / 4, abs=1.5)  # a quarter of the way stays a quarter of the way


@pytest.mark.parametrize("page", WIDTHS[:1], indirect=True)
def test_a_click_comes_closer_a_drag_moves_and_all_views_go_together_if_asked(page, views):
    page.check("text=all views together")
    x, y = centre(page, views.nth(0))
    page.mouse.click(x, y)
    assert scales(views) == [3, 3]
    before = views.nth(1).evaluate(PLACE)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y + 20, steps=3)
    page.mouse.up()
    assert scales(views) == [3, 3]
    after = views.nth(1).evaluate(PLACE)
    assert (after[1] - before[1], after[2] - before[2]) == pytest.approx((30, 20), abs=1)
    page.mouse.click(x, y)
    assert scales(views) == [1, 1]
    assert page.url.endswith("/object/0")


@pytest.mark.parametrize("page", WIDTHS[1:], indirect=True)
def test_two_fingers_zoom_and_one_finger_still_scrolls_the_page(page, views):
    x, y = centre(page, views.nth(0))
    hand = page.context.new_cdp_session(page)

    def touch(kind, *apart):
        points = [{"x": x + each, "y": y, "id": number} for number, each in enumerate(apart)]
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", -30, 30)
    for apart in (40, 50, 60):
        touch("touchMove", -apart, apart)
    touch("touchEnd")
    assert scales(views)[0] == pytest.approx(2, abs=0.05)
    assert scales(views)[1] == 1
    assert page.evaluate("visualViewport.scale") == 1


@pytest.mark.parametrize("page", WIDTHS[:1], indirect=True)
def test_views_fill_the_screen_side_by_side(page, views):
    page.keyboard.press("f")
    page.wait_for_function("document.fullscreenElement?.matches('.views')")
    one, other = (views.nth(number).bounding_box() for number in range(2))
    assert one["y"] == other["y"]
    assert one["x"] + one["width"] <= other["x"]
    assert one["height"] > 700


@pytest.mark.parametrize("page", WIDTHS[:1], indirect=True)
def test_in_the_queue_of_doubt_the_picture_is_zoomed_without_deciding(page, bench):
    bench.doubts.wait()
    go(page, "/doubt?task=form")
    page.keyboard.press("+")
    page.locator("button[data-act='+']").click()
    assert page.inner_text("output") == "225 %"
    assert bench.file.ledger.decisions() == []
