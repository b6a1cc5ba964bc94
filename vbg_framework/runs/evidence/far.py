"""How far a record is from all training objects of a run, beside how far these are from each other."""

from __future__ import annotations

from vbg_framework.runs.evidence.embedding import Embedding
from vbg_framework.runs.evidence.material import Evidence


def beyond(evidence: Evidence, query: Embedding, without: str = "") -> float | None:
    """Share of training objects that are nearer to their nearest than a record is to its nearest.

    The distance is that of records alike, over the inputs of the query; training objects that lack one are not
    compared. Of n objects k are nearer, and k / (n + 1) is given. Of records drawn like training objects 1 % or less
    reach .99, and of fewer than 99 objects nothing does. Sources: Laxhammar & Falkman 2010, "Conformal prediction for
    distribution-independent anomaly detection in streaming vessel data"; nearest neighbours by cosine: Sun et al.
    2022, "Out-of-distribution detection with deep nearest neighbors".

    Args:
        evidence: the records of the run.
        query: one record.
        without: id of a record whose object is left out: the query itself.

    Returns:
        0..1; None where there is nothing to compare with.
    """
    by = [name for name in evidence.embedding.vectors if query.present[name][0]]
    own = evidence.place(without) if without else None
    found = evidence.index.nearest(query, by, 1, own, "train")
    usual = evidence.index.usual(by, "train")
    if not found or not len(usual):
        return None
    return float((usual > found[0][1]).sum() / (len(usual) + 1))
