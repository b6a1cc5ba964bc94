"""Takes the pictures of the documentation with a headless Chromium; docs/gallery-reports.md names the commands."""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from PIL import Image, ImageChops
from rich.console import Console
from rich.text import Text

PICTURES = Path(__file__).parent / "images"
WIDTH, HEIGHT = 1100, 1500
"""Pixels of the window; three quarters of them are stored."""
COLUMNS = 110  # of a terminal


def take(browser: str, page: Path, picture: Path) -> None:
    """The top of a page as a small WebP file."""
    with tempfile.TemporaryDirectory() as folder:
        shot = Path(folder, "shot.png")
        command = [
            browser,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            f"--user-data-dir={folder}",
        ]
        window = f"--window-size={WIDTH},{HEIGHT}"
        subprocess.run([*command, window, f"--screenshot={shot}", page.resolve().as_uri()], check=True)
        with Image.open(shot) as image:
            whole = image.convert("RGB")
        empty = Image.new("RGB", whole.size, whole.getpixel((1, HEIGHT - 2)))
        _, _, _, bottom = ImageChops.difference(whole, empty).getbbox() or (0, 0, 0, HEIGHT)
        part = whole.crop((0, 0, WIDTH, min(HEIGHT, bottom + 10)))
        part.resize((WIDTH * 3 // 4, part.height * 3 // 4)).save(picture, quality=70, method=6)


def typed(browser: str, said: Path, picture: Path) -> None:
    """What a command said, as on a terminal."""
    screen = Console(record=True, width=COLUMNS, file=io.StringIO())
    screen.print(Text.from_ansi(said.read_text(encoding="utf-8")))
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "said.html")
        shown = screen.export_html(inline_styles=True).replace("<body>", "<body style='margin:12px'>")
        page.write_text(shown, encoding="utf-8")
        take(browser, page, picture)


def printed(table: Path, picture: Path, most: int = 500) -> None:
    """The top of the first page of a spreadsheet, as LibreOffice prints it."""
    with tempfile.TemporaryDirectory() as folder:
        office = ["soffice", f"-env:UserInstallation={Path(folder, 'user').as_uri()}", "--headless"]
        subprocess.run([*office, "--convert-to", "pdf", "--outdir", folder, str(table)], check=True)
        page = Path(folder, "page.png")
        paper = str(Path(folder, table.with_suffix(".pdf").name))
        subprocess.run(["pdftoppm", "-singlefile", "-r", "110", "-png", paper, str(page.with_suffix(""))], check=True)
        with Image.open(page) as image:
            whole = image.convert("RGB")
    edges = ImageChops.difference(whole, Image.new("RGB", whole.size, "white")).getbbox()
    left, top, right, bottom = edges or (0, 0, *whole.size)
    whole.crop((left, top, right, min(bottom, top + most))).save(picture, quality=75, method=6)


def shrink(sheet: Path, picture: Path, rows: int = 5) -> None:
    """The first rows of a contact sheet."""
    with Image.open(sheet) as image:
        part = image.convert("RGB").crop((0, 0, image.width, 52 + rows * 136))
        part.resize((part.width * 2 // 3, part.height * 2 // 3)).save(picture, quality=75, method=6)


if __name__ == "__main__":
    for name, path in (word.split("=", 1) for word in sys.argv[2:]):
        picture = PICTURES / f"{name}.webp"
        kinds = {".png": shrink, ".xlsx": printed, ".txt": partial(typed, sys.argv[1])}
        kinds.get(Path(path).suffix, partial(take, sys.argv[1]))(Path(path), picture)
