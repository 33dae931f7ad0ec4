"""Stage 2: a row -> a contact, or every problem of the row."""

from pipeline.mapper.mapping import Mapper, columns_of

__all__ = ["Mapper", "columns_of"]
