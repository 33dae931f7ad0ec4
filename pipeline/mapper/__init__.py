"""Stage 2: a row -> a contact, or every problem of the row."""

from pipeline.mapper.mapping import Mapper

__all__ = ["Mapper"]
