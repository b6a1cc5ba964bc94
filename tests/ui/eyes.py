"""What tests of the pages do in a real browser."""

from browser import SERIOUS, axe_source

WIDTHS = [1280, 390]


def go(page, path):
    page.goto("/".join(page.url.split("/")[:3]) + path)


def write(page, text):
    page.keyboard.type(text)
    page.keyboard.press("Escape")


def faults(page):
    """What axe-core finds of serious faults."""
    page.evaluate(axe_source())  # by the way of the debugger: pages forbid scripts that are not their own
    found = page.evaluate("axe.run(document, {iframes: false, resultTypes: ['violations']})")["violations"]
    return [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in SERIOUS]
