"""XML read with expat, which loads nothing from elsewhere; a file that declares entities is refused.

Names are taken without their prefixes: the formats that are read here have no two elements of one local name.
"""

from collections.abc import Iterator
from typing import IO, NamedTuple
from xml.parsers import expat

BLOCK = 1 << 18


class Element(NamedTuple):
    """The beginning of an element: its name, its parent's, its attributes; all without prefixes."""

    name: str
    parent: str
    said: dict[str, str]


def new_parser() -> expat.XMLParserType:
    """A parser that gives text in large pieces, and raises ValueError on a declared entity: bombs are made of them."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = BLOCK
    parser.EntityDeclHandler = _refuse_entity
    return parser


def _refuse_entity(name: str, *_: object) -> None:
    raise ValueError(f"it declares the entity “{name}”, which no spreadsheet program does")


def local(name: str) -> str:
    """A name without its prefix."""
    return name.rpartition(":")[2]


def elements(source: IO[bytes] | bytes) -> Iterator[Element]:
    """Every element of a document, in order.

    Raises:
        ExpatError: it is no XML, or cut off.
        ValueError: it declares entities.
    """
    found: list[Element] = []
    above = [""]

    def start(name: str, said: dict[str, str]) -> None:
        name = local(name)
        found.append(Element(name, above[-1], {local(key): value for key, value in said.items()}))
        above.append(name)

    parser = new_parser()
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: above.pop()
    if isinstance(source, bytes):
        parser.Parse(source, True)
    else:
        while block := source.read(BLOCK):
            parser.Parse(block)
            yield from found
            found.clear()
        parser.Parse(b"", True)
    yield from found
