"""What `vbg init` shows of a table, and what it asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.prompt import Prompt
from rich.table import Table

from vbg_framework.base.printable import printable

if TYPE_CHECKING:
    from vbg_framework.data.profile.giveaways import Giveaway
    from vbg_framework.data.profile.roles import Roles
    from vbg_framework.data.profile.table_facts import TableFacts

MOST_CLASSES = 12
SHOWN = 40  # letters of a value


def show_roles(console: Console, facts: TableFacts, roles: Roles, says: Mapping[str, Giveaway]) -> None:
    """Every column with its role, the reason and an example."""
    title = f"{facts.table.path.name}: {facts.rows:,} rows, {len(facts.columns)} columns"
    table = Table("Column", "Becomes", "Because", "For example", title=_safe(title), title_justify="left")
    for column in dict.fromkeys([*facts.columns, *roles.why]):
        role, reason = roles.why[column]
        verdict, why = says[column].verdict if column in says else ("", "")
        role = verdict if verdict == "left out" else f"{role}, masked" if verdict else role
        example = facts.columns[column].example if column in facts.columns else column
        table.add_row(*map(_safe, (_short(column), role, why or reason, _short(example))))
    console.print(table)
    for line in _remarks(facts):
        console.print(_safe(line), highlight=False, soft_wrap=True)


def show_classes(console: Console, title: str, counts: Mapping[str, int]) -> None:
    """The classes with their counts, the most frequent first."""
    named = [f"{_short(name)} {count:,}" for name, count in list(counts.items())[:MOST_CLASSES]]
    more = f", and {len(counts) - MOST_CLASSES} more" if len(counts) > MOST_CLASSES else ""
    console.print(_safe(f"{title}\n  {', '.join(named)}{more}"), highlight=False, soft_wrap=True)


def ask(console: Console, facts: TableFacts, roles: Roles) -> Roles:
    """The roles with what somebody at the terminal says instead."""
    from vbg_framework.data.profile.roles import guess_roles

    names, guessed = {printable(name): name for name in facts.columns}, printable(roles.tasks[0].column)
    answer = Prompt.ask("Column with the class to learn", choices=[*names], default=guessed, console=console)
    return guess_roles(facts, names[answer])


def _remarks(facts: TableFacts) -> list[str]:
    lines = [facts.table.manner()]
    lines += [f"{facts.table.skip} lines above the header are passed over."] if facts.table.skip else []
    lines += [f"{facts.broken:,} rows cannot be read, such as {facts.example}."] if facts.broken else []
    return [line for line in lines if line]


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def _safe(text: str) -> str:
    """Text of others as rich and a terminal show it, letter by letter."""
    return escape(printable(text))
