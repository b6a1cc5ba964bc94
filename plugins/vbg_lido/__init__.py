"""Datasets `lido`, `edm`, `linked_art`: object records in the formats in which museums exchange them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydantic import model_validator

from vbg_framework import Component, Config, hookimpl

FIELDS = {
    "id": "lidoRecID",
    "type": "objectWorkTypeWrap/objectWorkType",
    "classification": "classificationWrap/classification",
    "title": "titleWrap/titleSet/appellationValue",
    "inscription": "inscriptionsWrap/inscriptions/inscriptionTranscription",
    "inventory_number": "repositoryWrap/repositorySet/workID",
    "repository": "repositoryWrap/repositorySet/repositoryName/legalBodyName/appellationValue",
    "description": "objectDescriptionWrap/objectDescriptionSet/descriptiveNoteValue",
    "measurements": "objectMeasurementsWrap/objectMeasurementsSet/displayObjectMeasurements",
    "actor": "actorInRole/actor/nameActorSet/appellationValue",
    "culture": "eventSet/event/culture",
    "period": "eventSet/event/periodName",
    "date": "eventSet/event/eventDate/displayDate",
    "begin": "eventSet/event/eventDate/date/earliestDate",
    "end": "eventSet/event/eventDate/date/latestDate",
    "place": "eventSet/event/eventPlace/place/namePlaceSet/appellationValue",
    "material": "materialsTech/termMaterialsTech",
    "technique": "eventMaterialsTech/displayMaterialsTech",
    "subject": "subjectWrap/subjectSet/subject/subjectConcept",
    "image": "resourceWrap/resourceSet/resourceRepresentation/linkResource",
    "licence": "resourceWrap/resourceSet/rightsResource/rightsType",
}
"""Field -> end of the path of the elements whose text it holds; further values are kept in order."""


class Target(Config):
    """Where the label of a task stands."""

    field: str
    """Field of the label."""
    multi_label: bool = False
    """Whether all values of the field count, instead of the first."""


class LidoConfig(Config):
    """Which files, and what of their records.

    Fields: id, type, classification, title, inscription, inventory_number, repository, description, measurements,
    actor, culture, period, date, begin, end, place, material, technique, subject, image, licence.
    """

    path: str
    """A .xml file or a folder of them; a relative path is also looked up in the folder VBG_DATA."""
    images: str | None = None
    """Pattern of the image's path below the folder of the records: `images/{id}.jpg`; links are never followed."""
    language: str | list[str] = []
    """Language of the values (`de`), or several, the most wanted first; then values without a language, then others by
    the alphabet. The values of one field in one record are always of one language."""
    text: list[str] = ["title", "type", "material", "technique", "date", "place", "culture", "description"]
    """Fields of catalogue text, each kept apart."""
    targets: dict[str, str | Target] = {}
    """Task -> field of its label, or `{field, multi_label}`."""
    labels: str | None = None
    """Label-mapping file for more tasks; looked up like `path`."""
    metadata: list[str] = ["begin", "end"]
    """Fields of structured metadata; a value written like a number is one."""
    licence: str = ""
    """Licence of all images; used where the record names none."""

    @model_validator(mode="after")
    def _has_a_task(self) -> LidoConfig:
        if not self.targets and self.labels is None:
            raise ValueError("give `targets`, `labels` or both: no object has a label otherwise")
        return self


class EdmConfig(LidoConfig):
    """Which files, and what of their records.

    Fields: those of `lido`, as far as EDM has them; `id` is the address of the object.
    """

    path: str
    """A .xml or .rdf file or a folder of them; a relative path is also looked up in the folder VBG_DATA."""


class LinkedArtConfig(LidoConfig):
    """Which files, and what of their records.

    Fields: those of `lido`, as far as Linked Art has them; `id` is the address of the object.
    """

    path: str
    """A .json, .jsonld or .jsonl file or a folder of them; a relative path is also looked up in VBG_DATA."""


FORMS = {
    "lido": (LidoConfig, "LidoDataset", "tiny.xml"),
    "edm": (EdmConfig, "EdmDataset", "tiny-edm.xml"),
    "linked_art": (LinkedArtConfig, "LinkedArtDataset", "tiny.jsonl"),
}
"""Name of the data set -> options, class, and a small file."""


@hookimpl
def vbg_components() -> Iterable[Component]:
    """Declare the data sets."""
    for name, (config, kind, file) in FORMS.items():
        tiny = {"path": str(Path(__file__).with_name(file)), "targets": {"type": "type"}, "text": ["title"]}
        modalities = ("image", "text", "metadata")
        yield Component("dataset", name, config, f"vbg_lido.dataset:{kind}", tiny=tiny, modalities=modalities)
