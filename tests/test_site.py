"""The documentation site: complete, its links lead somewhere, and it needs no network."""

import re
import subprocess
import sys
import tomllib

import pytest
from pages import ROOT

CONFIG = tomllib.loads((ROOT / "zensical.toml").read_text(encoding="utf-8"))["project"]
REMOTE = re.compile(r"""<(?:script|link|img|iframe)\b[^>]*(?:src|href)=["']?(?:https?:)?//[^>]*>""")


def pages(navigation):
    """The pages of a navigation, in order."""
    for entry in navigation:
        if isinstance(entry, str):
            yield entry
        else:
            (inner,) = entry.values()
            yield from pages([inner] if isinstance(inner, str) else inner)


def test_every_page_is_in_the_navigation_once():
    assert sorted(pages(CONFIG["nav"])) == sorted(page.name for page in (ROOT / "docs").glob("*.md"))


def test_the_entrances_are_the_tabs():
    entrances = [next(iter(entry)) for entry in CONFIG["nav"]][1:4]
    assert entrances == ["I look after a collection", "I compare augmenters", "I write a plugin"]


@pytest.mark.slow
def test_the_site_builds_without_a_broken_link_and_without_the_network():
    pytest.importorskip("zensical")
    command = [sys.executable, "-m", "zensical", "build", "--strict"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "griffe" not in done.stderr, done.stderr
    site = ROOT / CONFIG["site_dir"]
    for page in site.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert not [tag for tag in REMOTE.findall(text) if 'rel="canonical"' not in tag], page.name
        assert page.name == "404.html" or "<h1" in text
    assert (site / "search.json").exists()
    reference = (site / "api.html").read_text(encoding="utf-8")
    assert all(f">{name}<" in reference for name in ("Augmenter", "Record", "load"))
