"""Stage 2: a row -> a contact, or every problem of the row."""

from pipeline.mapper.mapping import Mapper, cells_by_column

__all__ = ["Mapper", "cells_by_column"]
