"""A small collection with treacherous names, and a reader that finds forbidden words without the code under test."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from vbg_framework.contracts.record import Record, Task
from vbg_framework.contracts.train_view import TrainView
from vbg_framework.data.catalogue.text import label_words
from vbg_framework.screen import Bar, Screen

ROWS = [  # form, kiln, glaze, title, note
    ("bowl", "Ding", "white", "Bowl with white glaze", "Ding ware, made for the court."),
    ("bowl", "Ding", "white", "White bowl and a plum vase's lid", "From Ding kilns; imitates Ru ware."),
    ("bowl", "Ru ware", "celadon", "Celadon bowl", "Ru ware, fired at Ruzhou - very rare"),
    ("bowl", "Ding", "blue-and-white", "Blue-and-white bowl", ""),
    ("ewer", "Jingdezhen", "blue-and-white", "Ewer, blue and white", "Bowl with ewer, sold as a set (1912)."),
    ("ewer", "Jingdezhen", "blue-and-white", "Blue-and-white ewer", "Jingdezhen"),
    ("ewer", "Jingdezhen", "white", "Ewers with white glaze", "New work of the kiln, Kingdom of Min"),
    ("plum vase", "Ding", "white", "Plum vase", "A vase in white"),
    ("plum vase", "Jingdezhen", "blue", "Vase, plum blossom in blue", "清 blue 青花梅瓶"),
    ("figure", None, "white", "Figure of Guanyin", "Kept in a box."),
    ("figure", "New Kingdom kiln", None, "Faience figurine", "Kingdom of the Nile"),
]
FORMS = ("bowl", "ewer", "plum vase", "figure", "青花")
VALUES = {
    "kiln": ("Ding", "Jingdezhen", "New Kingdom kiln", "Ru ware", "Old Kingdom kiln"),
    "glaze": ("blue", "blue-and-white", "celadon", "white"),
}


def view(rows: Sequence[Sequence[str | None]] = ROWS, held_out: TrainView | None = None, **values: tuple[str, ...]):
    """Records of (form, kiln, glaze, title, note) as an augmenter sees them."""
    values = {"form": FORMS, **VALUES, **values}
    records = []
    for number, (*labels, title, note) in enumerate(rows):
        targets = {task: label for task, label in zip(values, labels, strict=True) if label is not None}
        texts = {field: text for field, text in (("title", title), ("note", note)) if text is not None}
        records.append(Record(f"r{number}", {"text": texts} if texts else {}, targets))
    tasks = [Task(name, classes=classes) for name, classes in values.items()]
    return TrainView(records, tasks=tasks, task="form", held_out=held_out)


class Killer(Screen):
    """Dies after so many steps."""

    def __init__(self, steps):
        super().__init__()
        self.steps = steps

    def progress(self, name, total, done=0):
        killer = self

        class Dying(Bar):
            def advance(self, count=1):
                super().advance(count)
                if self.done >= killer.steps:
                    raise KeyboardInterrupt

            def __enter__(self):
                return self

            def __exit__(self, *error):
                return False

        return Dying(name, total, done)


class Reader:
    """Finds the words in a text that name what its record is not.

    It knows the training records and the framework's own rule for words that name a class, and nothing of the plugin.
    """

    def __init__(self, train: TrainView) -> None:
        self.train = train
        self.patterns = {}
        for task in train.tasks.values():
            for name in task.classes:
                found = label_words([name], {})
                assert found is not None
                self.patterns[task.name, name] = re.compile(f"(?=({found.pattern}))", re.IGNORECASE)
        anything = label_words([name for task in train.tasks.values() for name in task.classes], {})
        assert anything is not None
        self.said = set()  # (class, task, value of the record, phrase)
        for record in train:
            for text in record.inputs.get("text", {}).values():
                for task in train.tasks:
                    facts = (record.targets["form"], task, record.targets.get(task))
                    self.said |= {(*facts, _plain(match[0])) for match in anything.finditer(_closed(text))}

    def wrong(self, name: str, attributes: Mapping[str, str], texts: Iterable[str]) -> list[str]:
        """The words that name something else and are no part of a name that is right."""
        return [phrase for text in texts for phrase in self._wrong(name, {**attributes, "form": name}, _closed(text))]

    def _wrong(self, name: str, drawn: Mapping[str, str], text: str) -> list[str]:
        found = [
            (match.start(1), match.end(1), thing)
            for thing, pattern in self.patterns.items()
            for match in pattern.finditer(text)
        ]
        right = [(start, end) for start, end, thing in found if self._right(name, drawn, *thing, text[start:end])]
        return [
            text[start:end]
            for start, end, _ in found
            if not any(first <= start and end <= last for first, last in right)
        ]

    def _right(self, name: str, drawn: Mapping[str, str], task: str, value: str, phrase: str) -> bool:
        seen = any(record.targets["form"] == name and record.targets.get(task) == value for record in self.train)
        is_so = drawn.get(task) == value and (seen or (task == "form" and value == name))
        return is_so or (name, task, drawn.get(task), _plain(phrase)) in self.said


def _closed(text: str) -> str:
    """Without spaces and signs between letters of a script that needs no spaces, and with one where it begins."""
    closed = re.sub(r"(?<=[\u3400-\u9fff])[\W_]+(?=[\u3400-\u9fff])", "", text)
    return re.sub(r"(?<=[a-z])(?=[\u3400-\u9fff])|(?<=[\u3400-\u9fff])(?=[a-z])", " ", closed, flags=re.IGNORECASE)


def _plain(phrase: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", phrase.lower()))
