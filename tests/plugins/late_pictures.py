"""Whether prepared data follows a picture that comes later, is replaced, and goes again."""

from pathlib import Path

from PIL import Image

from vbg_framework.contracts.spec import Component
from vbg_framework.data.preparation.prepare import prepare


def assert_pictures_are_followed(component: Component, options: dict, cache: Path, picture: Path) -> None:
    """Prepare a source without one of its pictures; then the picture comes, changes, and goes."""

    def widths():
        prepared = prepare("set", component, component.config(**options), cache=cache)
        return sorted(image.width for image in prepared.table["image"] if image)

    before = widths()
    assert widths() == before
    for width in (29, 31):
        picture.parent.mkdir(parents=True, exist_ok=True)
        Image.radial_gradient("L").convert("RGB").resize((width, 30)).save(picture)
        assert widths() == sorted([*before, width])
    picture.unlink()
    assert widths() == before
