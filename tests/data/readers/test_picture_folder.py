from PIL import Image

from vbg_framework.contracts.record import Record, Rejected, Skipped
from vbg_framework.data.readers.picture_folder import PictureFolder


def test_every_file_is_a_record_rejected_or_skipped(tmp_path):
    folder = tmp_path / "in"
    for name in ("b.PNG", "deep/er/a.jpg", "c.jfif"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (4, 4)).save(folder / name, "PNG")
    for name in ("note.txt", "x.psd", "nosuffix", ".hidden.png", "__MACOSX/._b.png", "Thumbs.db"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"x")
    (tmp_path / "out.png").write_bytes(b"x")
    (folder / "link.png").symlink_to(tmp_path / "out.png")
    items = list(PictureFolder(folder).records())
    assert [item.id for item in items if isinstance(item, Record)] == ["b.PNG", "c.jfif", "deep/er/a.jpg"]
    assert [item.source for item in items if isinstance(item, Rejected)] == ["link.png"]
    skipped = {item.source: item.reason for item in items if isinstance(item, Skipped)}
    assert skipped == {
        "note.txt": "file is of another kind (.txt)",
        "x.psd": "file is of another kind (.psd)",
        "nosuffix": "file has no suffix",
    }
