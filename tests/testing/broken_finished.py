"""Report sections, exporters and writers that break one promise each."""

from contextlib import contextmanager

from mutants import breaks

from vbg_framework import Exporter, Grid, ReportSection, Writer


class Steps(ReportSection):
    title = "Steps"

    def content(self, run):
        if (run.path / "metrics.json").exists():
            yield Grid(["what", "how many"], [["steps", run.read_json("metrics.json")["steps"]]], "Steps of training")


@breaks("section_shows_a_run", "has 3 cells")
class TooWide(Steps):
    def content(self, run):
        yield Grid(["a", "b"], [[1, 2, 3]], "Too wide")


@breaks("section_shows_a_run", "got int")
class Bare(Steps):
    def content(self, run):
        yield 7


@breaks("section_shows_a_run", "changed files")
class LeavesAFile(Steps):
    def content(self, run):
        (run.path / "left.txt").write_text(str(len(list(run.path.iterdir()))))
        yield "Done."


@breaks("section_bears_an_unfinished_run", "metrics.json")
class Trusting(Steps):
    def content(self, run):
        yield f"{run.read_json('metrics.json')['steps']} steps."


class Note(Exporter):
    def write(self, finished, folder):
        (folder / "note.txt").write_text(finished.name)
        return "Read note.txt."


@breaks("export_fills_its_folder", "None")
class Silent(Note):
    def write(self, finished, folder):
        super().write(finished, folder)


@breaks("export_fills_its_folder", "none")
class Empty(Exporter):
    def write(self, finished, folder):
        return "Done."


class Text(Writer):
    @contextmanager
    def open(self, path, columns, dialect):
        with path.open("w", encoding="utf-8") as file:
            yield lambda rows: file.writelines(f"{[row[name] for name in columns]}\n" for row in rows)


@breaks("rows_are_written", "NoneType")
class JoinsNone(Text):
    @contextmanager
    def open(self, path, columns, dialect):
        with path.open("w", encoding="utf-8") as file:
            yield lambda rows: file.writelines("\t".join(row["kind"] for row in rows))


@breaks("a_table_may_be_empty", "none")
class OpensLate(Text):
    @contextmanager
    def open(self, path, columns, dialect):
        yield lambda rows: path.write_text(str(rows), encoding="utf-8")
