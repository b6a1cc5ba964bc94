"""What a batch of a Parquet file takes when its texts are written out, known before they are."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq


def repeated_texts(schema: pq.ParquetSchema) -> list[str]:
    """Paths of the texts that stand in lists; as a dictionary, one long text in half a million items takes no room."""
    columns = (schema.column(index) for index in range(len(schema)))
    return [each.path for each in columns if each.max_repetition_level and each.physical_type == "BYTE_ARRAY"]


def written_out(batch: pa.RecordBatch) -> int:
    """Bytes of a batch with every text of a dictionary in every place where it stands."""
    return sum(_bytes(column) for column in batch.columns)


def _bytes(array: pa.Array) -> int:
    if isinstance(array, pa.DictionaryArray) and _is_text(array.type.value_type):
        return pc.sum(pc.binary_length(array.dictionary).take(array.indices)).as_py() or 0
    if isinstance(array, pa.MapArray):
        first, last = array.offsets[0].as_py(), array.offsets[-1].as_py()
        return sum(_bytes(each[first:last]) for each in (array.keys, array.items))
    if isinstance(array, pa.ListArray | pa.LargeListArray | pa.FixedSizeListArray):
        return _bytes(array.flatten())
    if isinstance(array, pa.StructArray):
        return sum(_bytes(each) for each in array.flatten())
    return int(array.nbytes)


def _is_text(kind: pa.DataType) -> bool:
    is_of = (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary, pa.types.is_large_binary)
    return any(each(kind) for each in is_of)
