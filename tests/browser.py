"""A real browser without a window, which looks at a page: axe-core's findings, and whether it fits a telephone."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
SERIOUS = ("serious", "critical")
NARROW = 390  # px of a telephone
SCRIPT = """
const frame = document.createElement("iframe");
frame.style.cssText = "position:absolute;left:-5000px;border:0;height:900px;width:%dpx";
frame.srcdoc = document.documentElement.outerHTML.replace(/<script[^]*/, "");
frame.onload = async () => {
  const wide = [document, frame.contentDocument].map(each => each.documentElement.scrollWidth);
  frame.remove();
  const found = await axe.run(document, {iframes: false, resultTypes: ["violations"]});
  const told = found.violations.map(each => [each.impact, each.id, each.nodes.slice(0, 3).map(node => node.html)]);
  document.body.innerHTML = "<pre id=told></pre>";
  document.getElementById("told").textContent = JSON.stringify({wide, told});
};
document.body.append(frame);
"""


def browser() -> str | None:
    """Where one is, if any."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def axe_source() -> str:
    """The script of axe-core, which looks for what keeps people from reading a page."""
    spec = find_spec("axe_core_python")
    assert spec
    assert spec.origin
    return Path(spec.origin).with_name("axe.min.js").read_text(encoding="utf-8")


def looked_at(page: str, folder: Path, *, dark: bool = False) -> dict[str, Any]:
    """`serious`: axe-core's serious findings; `wide`: px the page takes in windows of 1280 and 390 px.

    Args:
        page: HTML; the rule that forbids scripts is taken out of the copy that is looked at, and nothing else.
        folder: for that copy and the browser's own files.
        dark: whether the reader prefers dark colours.
    """
    axe = axe_source().replace("</script", "<\\/script")
    free = re.sub(r"<meta http-equiv=.Content-Security-Policy.[^>]*>", "", page)
    file = folder / f"page-{dark}.html"
    script = f"<script>{axe}</script><script>{SCRIPT % NARROW}</script></body>"
    file.write_text(free.replace("</body>", script), encoding="utf-8")
    command = [str(browser()), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'user'}"]
    scheme = f"--blink-settings=preferredColorScheme={int(not dark)}"
    more = ["--window-size=1280,900", "--virtual-time-budget=60000", scheme, "--dump-dom", file.as_uri()]
    said = subprocess.run([*command, *more], capture_output=True, text=True, timeout=120, check=True).stdout
    shown = re.search(r'<pre id="told">(.*?)</pre>', said, re.DOTALL)
    assert shown, said[-500:]
    found = json.loads(shown[1].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
    return {"wide": found["wide"], "serious": [each for each in found["told"] if each[0] in SERIOUS]}
