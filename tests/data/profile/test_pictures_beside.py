"""Where the pictures of a table lie."""

from PIL import Image

from vbg_framework.data.profile.pictures_beside import folder_of, pattern_of


def drawn(folder, *names):
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        Image.new("RGB", (4, 4)).save(folder / name)


def test_the_folder_is_found_beside_the_table_and_below(tmp_path):
    drawn(tmp_path / "export" / "photos", "1.png", "2.png")
    assert folder_of(["1.png", "2.png", "3.png"], tmp_path) == ("export/photos", 2, 3)
    assert folder_of(["export/photos/1.png"], tmp_path) == (".", 1, 1)
    assert folder_of(["../secret.png", "https://example.org/1.png"], tmp_path).found == 0


def test_pictures_may_be_called_like_the_ids(tmp_path):
    drawn(tmp_path / "photos", "7.jpg", "8.jpg", "other.png")
    assert pattern_of(["7", "8", "9"], tmp_path) == "photos/*.jpg"
    assert pattern_of([str(n) for n in range(100)], tmp_path) == ""
