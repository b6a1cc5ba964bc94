"""Takes the pictures of docs/gallery-reports.md with a headless Chromium; the page names the commands."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

PICTURES = Path(__file__).parent / "images"
WIDTH, HEIGHT = 1100, 1500
"""Pixels of the window; three quarters of them are stored."""


def take(browser: str, page: Path, picture: Path) -> None:
    """The top of a page as a small WebP file."""
    with tempfile.TemporaryDirectory() as folder:
        shot = Path(folder, "shot.png")
        command = [browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}"]
        window = f"--window-size={WIDTH},{HEIGHT}"
        subprocess.run([*command, window, f"--screenshot={shot}", page.resolve().as_uri()], check=True)
        with Image.open(shot) as image:
            image.convert("RGB").resize((WIDTH * 3 // 4, HEIGHT * 3 // 4)).save(picture, quality=70, method=6)


def shrink(sheet: Path, picture: Path, rows: int = 5) -> None:
    """The first rows of a contact sheet."""
    with Image.open(sheet) as image:
        part = image.convert("RGB").crop((0, 0, image.width, 52 + rows * 136))
        part.resize((part.width * 2 // 3, part.height * 2 // 3)).save(picture, quality=75, method=6)


if __name__ == "__main__":
    for name, path in (word.split("=", 1) for word in sys.argv[2:]):
        if path.endswith(".png"):
            shrink(Path(path), PICTURES / f"{name}.webp")
        else:
            take(sys.argv[1], Path(path), PICTURES / f"{name}.webp")
