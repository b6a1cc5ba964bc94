"""Text that somebody should not have written."""

from __future__ import annotations

from random import Random

HOSTILE = (
    "\x1b[2J\x1b[31mred",
    "\x1b]0;title\x07",
    "\x1b]8;;http://example.org\x1b\\link\x1b]8;;\x1b\\",
    "\x9b2J",
    "a\rb",
    "a\x08\x08b",
    "\u202egnp.exe",
    "[bold]rich[/bold][/red]",
    "[link=http://example.org]x[/link]",
    "<script>alert(1)</script>",
    "![x](javascript:alert(1))",
    "| a | b |\n|---|---|",
    "=HYPERLINK(1)",
    "nul\x00byte",
    "../../outside",
    "/etc/passwd",
    "C:\\windows",
    "a/b\\c",
    "..",
    ".",
    "",
    " ",
    "\u200b",
    "\ufeff",
    "NaN",
    "-inf",
    "1e999",
    "9" * 400,
    "0x10",
    "null",
    "True",
    "{0.__class__}",
    "{id}",
    "%s%n",
    "${HOME}",
    "é" * 300,
    "x" * 300,
    "漢字" * 60,
    "😀" * 70,
    "جرة",
    "e\u0301" * 50,
    "a" * 200_000,
    "CON",
    "-rf",
    "--help",
    "a\tb",
    "a\u2028b",
    "'; DROP TABLE x; --",
    "{{7*7}}",
    "#!comment",
    "*anchor",
    "&a [*a]",
    "!!python/object/apply:os.system [id]",
)


def hostile(random: Random) -> str:
    """One of them, or several side by side, or random letters."""
    if random.random() < 0.15:
        return "".join(chr(random.randrange(0x20, 0x3000)) for _ in range(random.randrange(1, 40)))
    return "".join(random.choice(HOSTILE) for _ in range(1 if random.random() < 0.8 else 2))


def damaged(data: bytes, random: Random) -> bytes:
    """Bytes that were cut, flipped, doubled or filled with zeros somewhere."""
    place = random.randrange(len(data) + 1)
    how = random.randrange(6)
    if how == 0:
        return data[:place]
    if how == 1:
        return data[:place] + bytes(random.randrange(256) for _ in range(8)) + data[place + 8 :]
    if how == 2:
        return data[:place] + data[place + random.randrange(1, 64) :]
    if how == 3:
        return data[:place] + b"\0" * 64 + data[place:]
    if how == 4:
        return data[:place] + data
    return data[:place] + b"\xff\xfe" + data[place + 1 :]
