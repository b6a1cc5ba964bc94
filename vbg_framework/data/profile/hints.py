"""Names of columns that indicate their role, in the languages of our catalogues."""

from __future__ import annotations

import re

from vbg_framework.data.catalogue.spelling import skeleton

ID = (
    *("id", "objectid", "objectnumber", "accessionnumber", "accession", "inventorynumber", "inventory", "acno", "uid"),
    *(
        "identifier",
        "recordid",
        "number",
        "inventarnummer",
        "invnr",
        "inventarnr",
        "inventar",
        "objektnummer",
        "nummer",
    ),
    *("signatur", "kennung", "numeroinventaire", "numero", "numeroinventario", "inventario", "uuid", "itemid", "nr"),
)
LABEL = (
    *("kind", "class", "label", "category", "classification", "type", "objecttype", "objectclass", "artworktype"),
    *(
        "klasse",
        "kategorie",
        "typ",
        "art",
        "gattung",
        "objektart",
        "objekttyp",
        "klassifikation",
        "sachgruppe",
        "stuck",
    ),
    *(
        "categorie",
        "classe",
        "domaine",
        "tipo",
        "categoria",
        "clase",
        "clasificacion",
        "form",
        "genre",
        "artworktypetitle",
    ),
    *("druh", "rodzaj", "kategoria", "vrsta", "tipus", "kategoriak", "soort", "objectsoort"),
    *("species", "typeofobject", "objectkind", "target", "typology"),
)
TOPIC = (
    *("department", "period", "material", "culture", "style", "school", "departmenttitle", "classificationtitle"),
    *("objectname", "technique", "abteilung", "epoche", "periode", "kultur", "stil", "schule", "technik", "epoque"),
    *("materiau", "departement", "epoca", "cultura", "dynasty", "glaze", "origin", "museum", "collection", "condition"),
)
GROUP = (
    "object",
    "group",
    "groupid",
    "objectgroup",
    "set",
    "parent",
    "parentid",
    "objekt",
    "gruppe",
    "objet",
    "oggetto",
)
SPLIT = ("split", "subset", "partition", "fold", "set")
LICENCE = ("licence", "license", "rights", "lizenz", "copyright", "imagelicence", "imagelicense")
ADMINISTRATIVE = re.compile(
    r"(updated?|modified|created|timestamp|indexed|metadatadate|url|uri|link|accessionyear|acquisition|creditline|credit"
    r"|rightsandreproduction|copyright|score|boosted?|is[a-z]+able|ispublicdomain|ishighlight|iszoomable|apimodel|apilink"
    r"|repository|ownership|provenance|webimage|thumbnail|imageid)",
)
"""Parts of the names of columns that are about the record, not about the object."""

PICTURE = re.compile(r"image|photo|picture|foto|bild|immagine|imagen|manifest|iiif|thumbnail|media")
"""Parts of the names of columns that hold pictures."""


def named(column: str, names: tuple[str, ...]) -> bool:
    """Whether a column is called like one of these, whatever its case, marks and blanks.

    Of a value inside an object (`classification.term`) the name of the object counts too.
    """
    return skeleton(column) in names or skeleton(column.partition(".")[0]) in names


def named_like_picture(column: str) -> bool:
    """Whether a column is called like a picture, or like what leads to one."""
    return bool(PICTURE.search(skeleton(column)))


def is_administrative(column: str) -> bool:
    """Whether a column is about the record, not about the object."""
    return bool(ADMINISTRATIVE.search(skeleton(column)))


def is_code(column: str) -> bool:
    """Whether a column is called like a number in somebody's list."""
    return skeleton(column) in ID or skeleton(column).endswith(("id", "ids", "number", "nummer", "nr", "code"))
