"""What a notebook shows of an object. Light."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape


def html_table(title: str, rows: Mapping[str, str], link: str = "") -> str:
    """A heading and a table of names and values, all of it escaped.

    Args:
        title: the heading.
        rows: name -> value.
        link: where the heading leads; "" = nowhere.
    """
    heading = f'<a href="{escape(link)}" target="_blank">{escape(title)}</a>' if link else escape(title)
    cells = "".join(f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in rows.items())
    return f"<table><caption><b>{heading}</b></caption>{cells}</table>"
