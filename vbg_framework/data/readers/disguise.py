"""Files that are something else than their suffix says: web pages, spreadsheets called `.csv`, text called `.xls`."""

from __future__ import annotations

import re
from pathlib import Path

from vbg_framework.base.errors import VBGError

HEAD = 1024  # bytes
PAGE = re.compile(rb"\s*(<!doctype html|<html|<head|<body|<table|<meta)", re.IGNORECASE)
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
"""How .xlsx and .ods begin, and how .xls does."""
SHEETS = (".xlsx", ".xlsm", ".ods", ".xls")
AGAIN = "Download or export it again; a page that shows a table can be opened and saved as .xlsx."


def refuse_disguise(path: Path) -> None:
    """Raise VBGError for a table that is a web page, empty, or a spreadsheet or text under the other's suffix."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    is_sheet = path.suffix.lower() in SHEETS
    if PAGE.match(head.removeprefix(b"\xef\xbb\xbf")):
        raise VBGError(str(path), "is a web page, not a table", AGAIN)
    if path.suffix.lower() == ".parquet":
        return
    if not head.strip() and len(head) < HEAD:
        raise VBGError(str(path), "is empty", "Export it again, or name another file.")
    if head.startswith(ZIP) and not is_sheet:
        raise VBGError(str(path), "is no text but a spreadsheet or a zip file", "Rename it to .xlsx, .ods or .zip.")
    if head.startswith(OLE) and not is_sheet:
        raise VBGError(str(path), "is no text but a spreadsheet", "Rename it to .xls.")
    if is_sheet and b"\0" not in head and not head.startswith((ZIP[:2], OLE)):
        raise VBGError(str(path), "is text, not a spreadsheet", "Rename it to .csv.")
