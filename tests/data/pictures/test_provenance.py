"""Images that say they were made by a machine."""

import io
import json
import re

import pytest
from memory_data import prepare_records
from PIL import Image

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.record import Record
from vbg_framework.data.pictures.image import encode
from vbg_framework.data.pictures.provenance import encode_png, is_synthetic

ABOUT = {"id": "SYN_1_000007", "generator": "gan", "request": {"form": 'ewer & <"jug">'}}


def stored(**changes) -> bytes:
    image = Image.effect_mandelbrot((32, 24), (-2, -1, 1, 1), 60).convert("RGB")
    return encode_png(image, **{"digital_source": "trainedAlgorithmicMedia", "about": ABOUT} | changes)


def test_the_png_states_its_source_type_and_how_it_came_about():
    image = Image.open(io.BytesIO(stored()))
    packet = image.info["XML:com.adobe.xmp"]
    assert 'DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"' in packet
    about = re.search(r'x-default">(.*?)</rdf:li>', packet)[1]
    assert json.loads(about.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")) == ABOUT


def test_the_pixels_are_kept_exactly():
    image = Image.effect_mandelbrot((32, 24), (-2, -1, 1, 1), 60).convert("RGB")
    assert Image.open(io.BytesIO(stored())).tobytes() == image.tobytes()


def test_an_image_that_was_only_copied_is_recognised_by_its_name():
    copied = stored(digital_source="algorithmicallyEnhanced")
    assert is_synthetic(Image.open(io.BytesIO(copied)))


def test_an_enhanced_photograph_of_somebody_elses_is_not_taken_for_synthetic():
    photograph = stored(digital_source="algorithmicallyEnhanced", about={"id": "1984.12"})
    assert not is_synthetic(Image.open(io.BytesIO(photograph)))
    assert not is_synthetic(Image.new("RGB", (4, 4)))


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_the_mark_is_found_in_other_formats(kind):
    packet = Image.open(io.BytesIO(stored())).info["XML:com.adobe.xmp"]
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, kind, xmp=packet.encode())
    assert is_synthetic(Image.open(io.BytesIO(buffer.getvalue())))


def test_a_data_set_refuses_synthetic_images():
    with pytest.raises(ValueError, match="image is synthetic"):
        encode(stored())


def test_a_synthetic_image_among_real_ones_goes_to_the_quarantine(tmp_path):
    real = Image.effect_mandelbrot((32, 24), (-2, -1, 1, 1), 60).convert("RGB")
    records = [Record("1", {"image": stored()}, {"kind": "a"}), Record("2", {"image": real}, {"kind": "a"})]
    prepared = prepare_records(tmp_path, records)
    assert prepared.table["id"][:] == ["2"]
    assert prepared.info["quarantined"] == 1
    with pytest.raises(VBGError, match="image is synthetic"):
        prepare_records(tmp_path, records[:1], name="other")
