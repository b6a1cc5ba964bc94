"""A screen that keeps what it is told."""

from vbg_framework.screen import Screen


class Said(Screen):
    """Its lines, in order."""

    def __init__(self):
        super().__init__()
        self.lines = []

    def say(self, line):
        self.lines.append(line)
