"""Makes the files in tests/data/loader, each tiny and named after what it shows.

Run: `python tests/data/make_loader_files.py`. All people are made up.
"""

import gzip
import hashlib
import io
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from xml.sax.saxutils import escape

import xlsxwriter  # type: ignore[import-untyped]
from msoffcrypto.format.ooxml import OOXMLFile  # type: ignore[import-untyped]
from msoffcrypto.method.rc4 import _makekey  # type: ignore[import-untyped]

FOLDER = Path(__file__).parent / "loader"

TEXTS: Mapping[str, bytes] = {
    "comma_utf8.csv": "Name,Email\nZoë,zoe@example.com\n".encode(),
    "semicolon_cp1252.csv": "Vorname;Firma;Umsatz\nJürgen;Müller, Söhne;1,5\nEva;Groß & Co;2,5\n".encode(
        "cp1252"
    ),
    "tab.tsv": b"Name\tEmail\nJane\tjane@example.com\n",
    "pipe.txt": b"Name|Email\nJane|jane@example.com\n",
    "bom_before_a_quoted_header.csv": '\ufeff"First, last",Email\n"Doe, Jane",jane@example.com\n'.encode(),
    "utf16_le_with_mark.csv": "Name\tEmail\nZoë\tzoe@example.com\n".encode("utf-16"),
    "utf16_be_without_mark.csv": "Name,Email\nZoë,zoe@example.com\n".encode("utf-16-be"),
    "sep_line.csv": b"sep=;\r\nName;Email\r\nJane;jane@example.com\r\n",
    "blank_lines_and_a_break_in_a_cell.csv": b'Name,Note\r\n\r\nJane,"two\r\nlines"\r\n , \r\nMax,one\r\n',
    "cr_only.csv": b"Name,Email\rJane,jane@example.com\rMax,max@example.com",
    "mixed_line_ends.csv": b"Name,Email\rJane,jane@example.com\r\nMax,max@example.com\nEva,\n",
    "nul_bytes.csv": b"Name,Email\nJa\0ne,jane@example.com\n",
    "nul_bytes_at_the_end.csv": b"Name,Email\nJane,jane@example.com\n" + bytes(90),
    "words_that_look_like_nothing.csv": b"First,Last\nNA,Null\nNone,True\nnan,1E5\n007,1.0\n",
    "text_guards.csv": b'Name,Phone,Zip\nO\'Brien,\'+44 20 7946 0123,"=""02134"""\n',
    "short_and_long_rows.csv": b"Name,Email\nJane\nMax,max@example.com,,\nEva,eva@example.com,more\n",
    "same_and_blank_names.csv": b"Email, email ,Email (2),,Full  Name\na,b,c,d,e\n",
    "header_again_and_total.csv": b"Name,Deals\nJane,3\nName,Deals\nMax,4\nTotal,7\n\n",
    "linkedin_notes.csv": (
        b'Notes:\n"When exporting your connection data, some addresses are missing."\n\n'
        b"First Name,Last Name,URL,Email Address\nJane,Doe,https://example.com/jane,\n"
    ),
    "title_above.csv": b"Attendees of the fair\n\nName,Email,Company\nJane,jane@example.com,Acme\n",
    "no_header.csv": b"Jane,jane@example.com\nMax,max@example.com\n",
    "open_quote.csv": b'Name,Company\nJane,"Acme\nMax,Bell\nEva,"Cobb"\n',
    "quote_open_at_the_end.csv": b'Name,Company\nJane,Acme\nMax,"Bell\nEva,Cobb\n',
    "stray_quote.csv": b'Name,Company\nJane,"The "Best" Firm"\nMax,Bell\n',
    "one_column.csv": b"Email\njane@example.com\nmax@example.com\n",
    "header_only.csv": b"Name,Email\n",
    "csv_named.xlsx": b"Name,Email\nJane,jane@example.com\n",
    "empty.csv": b"",
    "blank_lines_only.csv": b"\n\n  \n",
    "bad_bytes_in_utf8.csv": "Name,City\nZoë,Köln\n".encode() + b"J\xfcrgen,Rome\nMax,Oslo\n",
    "macintosh.csv": "Name,City\nJürgen,Köln\nZoë,Málaga\n".encode("mac_roman"),
    "encoded_twice.csv": "Name,City\nJürgen,Köln\n".encode().decode("cp1252").encode(),
    "ctrl_z_at_the_end.csv": b"Name,Email\r\nJane,jane@example.com\r\n\x1a",
    "backslash_escapes.csv": b'Name,Note,City\nJane,"says \\"hi\\", twice",Rome\nMax,"ok",Oslo\n',
    "utf32.csv": "Name,Email\nZoë,zoe@example.com\n".encode("utf-32"),
    "lines_below.csv": (
        b"Name,Email,Company\nJane,jane@example.com,Acme\n,,\nExported on 2024-01-05\ninternal use only\n"
    ),
    "web_table.xls": (
        '<html><head><meta charset="utf-8"></head><body><table><tr><td>menu</td></tr></table>'
        "<table><tr><th>Name<th>Email<th>Company</tr>"
        '<tr><td>Zoë</td><td><a href="mailto:zoe@example.com">write</a></td><td rowspan="2">A &amp; B</td></tr>'
        "<tr><td>Max<td>max@example.com</tr></table></body></html>"
    ).encode(),
    "xml_with_entities.xls": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">]><Workbook>&a;</Workbook>',
    "xml_of_something_else.xls": b'<?xml version="1.0"?><people/>',
    "web_page.xls": b"<html><body><table><tr><td>Name</td></tr></table></body></html>",
    "xml_of_excel_2003.xls": (
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Styles>'
        '<Style ss:ID="zip"><NumberFormat ss:Format="00000"/></Style>'
        '<Style ss:ID="day"><NumberFormat ss:Format="Short Date"/></Style></Styles>'
        '<Worksheet ss:Name="People"><Table><Row><Cell><Data ss:Type="String">Name</Data></Cell>'
        '<Cell><Data ss:Type="String">Zip</Data></Cell><Cell><Data ss:Type="String">Since</Data></Cell></Row>'
        '<Row ss:Index="4"><Cell><Data ss:Type="String">Zoë</Data></Cell>'
        '<Cell ss:StyleID="zip"><Data ss:Type="Number">2134</Data></Cell>'
        '<Cell ss:StyleID="day"><Data ss:Type="DateTime">2024-01-05T00:00:00.000</Data></Cell></Row>'
        "</Table></Worksheet></Workbook>"
    ).encode(),
    "utf16_with_an_odd_byte.csv": "Name,Email\nZoë,zoe@example.com\n".encode("utf-16") + b"\n",
    "utf16_then_bytes.csv": "Name,Email\n".encode("utf-16") + b"Zoe,zoe@example.com\nMax,max@example.com\n",
    "cyrillic.csv": "Имя;Город\nИван Петров;Москва\nОльга Смирнова;Казань\n".encode("cp1251"),  # noqa: RUF001
    "central_european.csv": "Jméno;Město\nPaweł Wiśniewski;Łódź\nZdeněk Dvořák;Plzeň\n".encode("cp1250"),
    "turkish.csv": "Ad;Şehir\nAyşe Yıldız;İstanbul\nOğuz Şahin;Ağrı\n".encode("cp1254"),  # noqa: RUF001
    "escaped_comma.csv": b"Name,Company,City\nJane,Acme\\, Inc.,Rome\nMax,Bell,Oslo\n",
    "sylk.csv": b'ID;PWXL;N;E\r\nP;PGeneral\r\nC;Y1;X1;K"Name"\r\nE\r\n',
    "id_first.csv": b"ID;Name\n1;Jane\n2;Max\n",
    "json.csv": b'[{"name": "Jane", "email": "jane@example.com"}]',
    "web_archive.xls": b"MIME-Version: 1.0\nContent-Type: multipart/related\n\n<table><tr><td>Jane</td></tr></table>",
    "picture.csv": b"BM" + bytes([70, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0]) + b"\xff" * 80,
    "lock_file.xlsx": b"\x05Clerk" + b" " * 49 + b"\x05\0C\0l\0e\0r\0k\0" + b" \0" * 49,
    "odd_references_2003.xls": (
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">'
        b"<Worksheet Name='P'><Table><Row><Cell><Data Type='String'>Name</Data></Cell>"
        b"<Cell><Data Type='String'>Note</Data></Cell></Row>"
        b"<Row><Cell><Data Type='String'>Zo&#235;&#31;&#x1;\x02</Data></Cell>"
        b"<Cell><Data Type='String'>one&#x0B;two&#10;&#55357;&#56832;&#xD83D;&#xDE00;&#xD83D;&amp;&#65535;</Data>"
        b"</Cell></Row></Table></Worksheet></Workbook>"
    ),
    "hidden_sheet_2003.xls": (
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        + "".join(
            f'<Worksheet ss:Name="{name}"><Table><Row><Cell><Data ss:Type="String">{name}</Data></Cell></Row>'
            '<Row><Cell><Data ss:Type="DateTime">soon</Data></Cell></Row></Table><WorksheetOptions>'
            f"<Visible>{state}</Visible></WorksheetOptions></Worksheet>"
            for name, state in (("Old", "SheetHidden"), ("People", "SheetVisible"))
        )
        + "</Workbook>"
    ).encode(),
    "document.pdf": b"%PDF-1.7\n",
    "binary.csv": bytes(range(256)) * 4,
    "cut_off.xlsx": b"PK\x03\x04 and no more",
    "~$people.xlsx": b"\x05Clerk" + b" " * 159,
}


def packed_csv() -> bytes:
    """A gzip archive without the time of its making."""
    return gzip.compress(TEXTS["comma_utf8.csv"], mtime=0)


def locked_workbook() -> bytes:
    """The first sectors of a Compound File that names an encrypted package."""
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(480)
    )


def archive(members: Mapping[str, str]) -> bytes:
    """A zip archive of texts."""
    return archive_of({name: text.encode() for name, text in members.items()})


def archive_of(members: Mapping[str, bytes]) -> bytes:
    """A zip archive."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        for name, content in members.items():
            packed.writestr(zipfile.ZipInfo(name), content)
    return target.getvalue()


def ods_of(rows: Sequence[Sequence[str | int]]) -> bytes:
    """An OpenDocument sheet of texts and numbers."""
    return _ods(tuple("".join(map(_ods_cell, row)) for row in rows))


def _ods_cell(value: str | int) -> str:
    kind = "string" if isinstance(value, str) else f'float" office:value="{value}'
    return f'<table:table-cell office:value-type="{kind}"><text:p>{escape(str(value))}</text:p></table:table-cell>'


def ods() -> bytes:
    """An OpenDocument sheet with text, whole numbers, a date and a truth."""
    cell = '<table:table-cell office:value-type="{}" {}><text:p>{}</text:p></table:table-cell>'.format
    rows = (
        cell("string", "", "Name")
        + cell("string", "", "Phone")
        + cell("string", "", "Since")
        + cell("string", "", "OK"),
        cell("string", "", "NA")
        + cell("float", 'office:value="447911123456"', "447911123456")
        + cell("date", 'office:date-value="2024-01-05"', "05.01.24")
        + cell("boolean", 'office:boolean-value="true"', "TRUE"),
    )
    return _ods(rows)


def _ods(rows: Sequence[str]) -> bytes:
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    body = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    content = (
        f'<office:document-content {spaces} office:version="1.2"><office:body><office:spreadsheet>'
        f'<table:table table:name="People">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    return archive({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})


def xls(
    rows: Sequence[Sequence[str | int]] = (("Name", "Phone"), ("Zo\xeb", 447911123456)),
    password: str = "",
    columns: Sequence[tuple[int, bool]] = (),
) -> bytes:
    """A workbook as Excel 97 wrote it, as small as can be: [MS-CFB] around [MS-XLS].

    `columns` are as wide as that many characters, and hidden or not.
    """

    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    def label(row: int, column: int, text: str) -> bytes:
        return record(0x0204, struct.pack("<HHHHB", row, column, 0, len(text), 0) + text.encode("latin-1"))

    begins, ends = 0x0809, record(0x000A, b"")
    name = struct.pack("<BB", len("People"), 0) + b"People"
    head = record(begins, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 1997, 0, 0))
    head += record(_FILE_PASS, _file_pass(password)) if password else b""
    place = len(head) + 4 + 6 + len(name) + len(ends)
    stream = head + record(0x0085, struct.pack("<IBB", place, 0, 0) + name) + ends
    stream += record(begins, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 1997, 0, 0))
    for place, (width, hidden) in enumerate(columns):
        stream += record(0x007D, struct.pack("<6H", place, place, width * 256, 0, hidden, 0))
    for row, cells in enumerate(rows):
        for column, value in enumerate(cells):
            if isinstance(value, str):
                stream += label(row, column, value)
            else:
                stream += record(0x0203, struct.pack("<HHHd", row, column, 0, float(value)))
    stream += ends
    stream += record(0, bytes(-len(stream) % 4))  # what follows are records of nothing, in whole ones
    return _compound("Workbook", _encrypted(stream, password) if password else stream)


_FILE_PASS, _SALT = 0x002F, bytes(range(16))


def _file_pass(password: str) -> bytes:
    """What the password is tried against ([MS-XLS] 2.4.117, [MS-OFFCRYPTO] 2.3.6.1)."""
    verifier = bytes(range(16, 32))
    tried = _rc4(_makekey(password, _SALT, 0), verifier + hashlib.md5(verifier).digest())  # noqa: S324 - the format's
    return struct.pack("<HHH", 1, 1, 1) + _SALT + tried


def _encrypted(stream: bytes, password: str) -> bytes:
    """A stream of less than 1024 bytes, which have one key; the heads of records and three kinds stay in the clear."""
    keys = _rc4(_makekey(password, _SALT, 0), bytes(len(stream)))
    hidden, place = bytearray(stream), 0
    while place < len(stream):
        kind, size = struct.unpack_from("<HH", stream, place)
        clear = {0x0809: size, _FILE_PASS: size, 0x0085: 4}.get(kind, 0)
        for at in range(place + 4 + clear, place + 4 + size):
            hidden[at] ^= keys[at]
        place += 4 + size
    return bytes(hidden)


def _rc4(key: bytes, data: bytes) -> bytes:
    box, j = list(range(256)), 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    found, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        found.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(found)


def _compound(name: str, stream: bytes) -> bytes:
    """A Compound File with one stream of up to 4096 bytes: header, allocation table, directory, eight sectors."""
    none, end, table = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0)
    header += struct.pack("<109I", 0, *[none] * 108)
    chains = struct.pack("<128I", table, end, *range(3, 10), end, *[none] * 118)

    def entry(title: str, kind: int, child: int, start: int, size: int) -> bytes:
        text = title.encode("utf-16-le") + b"\0\0"
        links = struct.pack("<HBBIII", len(text), kind, 1, none, none, child)
        return text.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", start, size)

    directory = entry("Root Entry", 5, 1, end, 0) + entry(name, 2, none, 2, 4096)
    return header + chains + directory.ljust(512, b"\0") + stream.ljust(4096, b"\0")


def workbook(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    """A workbook as XlsxWriter writes it, always the same."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties({"created": datetime(2024, 1, 1)})  # noqa: DTZ001 - Excel's times have no zone
    fill(book)
    book.close()
    return target.getvalue()


def as_shown(book: xlsxwriter.Workbook) -> None:
    """Numbers whose formats tell more than their values."""
    sheet = book.add_worksheet("People")
    looks = ("00000", "(000) 000-0000", "dd/mm/yyyy", "yyyy-mm-dd hh:mm", "0%", "General", "0.00", "hh:mm:ss")
    moment = datetime(2024, 1, 5, 13, 4, 9)  # noqa: DTZ001
    values = (2134, 4155550123, moment, moment, 0.256, 447911123456, 5, moment)
    sheet.write_row(
        0, 0, ["Zip", "Phone", "Day", "Moment", "Share", "Whole", "Places", "Time", "Flag", "Text"]
    )
    for column, (value, look) in enumerate(zip(values, looks, strict=True)):
        sheet.write(1, column, value, book.add_format({"num_format": look}))
    sheet.write_boolean(1, 8, True)
    sheet.write_string(1, 9, "NA")


def odd_cells(book: xlsxwriter.Workbook) -> None:
    """An error, a formula with and without its value, a hidden row and column, a cell beyond the header."""
    sheet = book.add_worksheet("People")
    sheet.write_row(0, 0, ["Name", "Email", "Deals"])
    sheet.write_row(1, 0, ["Jane", "jane@example.com"])
    sheet.write_formula(1, 2, "=NA()", None, "#N/A")
    sheet.write_row(3, 0, ["Max", "max@example.com"])
    sheet.write_formula(3, 2, "=1+1", None, 2)
    sheet.write_row(4, 0, ["Eva", "eva@example.com"])
    sheet.write_formula(4, 2, "=1+2", None, "")
    sheet.set_row(4, None, None, {"hidden": True})
    sheet.set_column(1, 1, None, None, {"hidden": True})


def several_sheets(book: xlsxwriter.Workbook) -> None:
    """A hidden sheet first, then an empty one, then a title above the header, then another table."""
    hidden = book.add_worksheet("Old")
    hidden.write_row(0, 0, ["Name", "Email"])
    book.add_worksheet("Empty").activate()
    people = book.add_worksheet("People")
    people.write(1, 0, "Attendees of the fair")
    people.write_row(3, 0, ["Name", "Email", "Company"])
    people.write_row(4, 0, ["Jane", "jane@example.com", "Acme"])
    book.add_worksheet("Firms").write_row(0, 0, ["Company", "Website"])
    hidden.hide()


def cover_sheet(book: xlsxwriter.Workbook) -> None:
    """A sheet that says what the workbook is, before the one with the people."""
    cover = book.add_worksheet("Cover")
    for row, cells in enumerate((["Contact list"], ["Owner:", "Sales"], ["Date", "2024-01-05"])):
        cover.write_row(row, 0, cells)
    people = book.add_worksheet("People")
    people.write_row(0, 0, ["Name", "Email", "City"])
    people.write_row(1, 0, ["Jane", "jane@example.com", "Rome"])


def list_before_a_table(book: xlsxwriter.Workbook) -> None:
    """A list of one column, before a table of something else."""
    book.add_worksheet("People").write_column(0, 0, ["Full Name", "Jane Doe", "Max Roe"])
    stages = book.add_worksheet("Stages")
    stages.write_row(0, 0, ["Id", "Name"])
    stages.write_row(1, 0, [1, "Cold"])


def empty_sheet(book: xlsxwriter.Workbook) -> None:
    """A sheet with nothing in it."""
    book.add_worksheet("Empty")


def lying_dimension() -> bytes:
    """A workbook that says that it has one cell, and has six."""

    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("People")
        for row, cells in enumerate(
            (["Name", "Email"], ["Jane", "jane@example.com"], ["Max", "max@example.com"])
        ):
            sheet.write_row(row, 0, cells)

    with zipfile.ZipFile(io.BytesIO(workbook(fill))) as honest:
        members = {name: honest.read(name).decode() for name in honest.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    members[sheet] = members[sheet].replace('ref="A1:B3"', 'ref="A1"')
    return archive(members)


def changed(book: bytes, changes: Mapping[str, tuple[str, str]]) -> bytes:
    """A workbook with a text in some of its parts replaced by another."""
    with zipfile.ZipFile(io.BytesIO(book)) as honest:
        members = {name: honest.read(name).decode() for name in honest.namelist()}
    for name, (old, new) in changes.items():
        members[name] = members[name].replace(old, new)
    return archive(members)


def since_1904() -> bytes:
    """Days that are counted from 1904, told beside an extension of the same name that tells nothing of it."""

    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("People")
        sheet.write_row(0, 0, ["Name", "Since"])
        sheet.write_row(1, 0, ["Jane", 1], book.add_format({"num_format": "yyyy-mm-dd"}))

    told = '<workbookPr date1904="1"/>'
    more = '<extLst><ext xmlns:x15="http://x"><x15:workbookPr chartTrackingRefBase="1"/></ext></extLst></workbook>'
    book = changed(workbook(fill), {"xl/workbook.xml": ("</workbook>", more)})
    return changed(book, {"xl/workbook.xml": ('<workbookPr defaultThemeVersion="124226"/>', told)})


def rows_in_pieces() -> bytes:
    """A row whose second cell stands in a second element of the same number."""
    second = '</c></row><row r="2"><c r="B2"'
    return changed(lying_dimension(), {"xl/worksheets/sheet1.xml": ('</c><c r="B2"', second)})


def parts_elsewhere() -> bytes:
    """A workbook whose parts are not in the usual folder."""
    with zipfile.ZipFile(io.BytesIO(lying_dimension())) as honest:
        members = {name: honest.read(name).decode().replace("xl/", "") for name in honest.namelist()}
    return archive({name.replace("xl/", ""): text for name, text in members.items()})


def xlsb() -> bytes:
    """A binary workbook ([MS-XLSB]): a shared text, numbers of all kinds, a date, an error, hidden row and column."""

    def record(kind: int, body: bytes = b"") -> bytes:
        number = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
        return number + bytes([len(body)]) + body

    def text(value: str) -> bytes:
        return struct.pack("<I", len(value)) + value.encode("utf-16-le")

    def row(number: int, *, hidden: bool = False) -> bytes:
        return record(0, struct.pack("<IIHBB", number, 0, 300, 0, 16 * hidden) + bytes(5))

    def cell(kind: int, column: int, value: bytes, style: int = 0) -> bytes:
        return record(kind, struct.pack("<II", column, style) + value)

    def xf(number: int) -> bytes:
        return record(47, struct.pack("<HH", 0, number) + bytes(12))

    names = b"".join(
        cell(6, place, text(name)) for place, name in enumerate(("Name", "Zip", "Since", "OK", "Deals"))
    )
    sheet = record(60, struct.pack("<IIIIH", 3, 3, 2560, 0, 1)) + record(145) + row(0) + names + row(1)
    sheet += cell(7, 0, struct.pack("<I", 0)) + cell(2, 1, struct.pack("<i", 2134 << 2 | 2), 1)
    sheet += (
        cell(5, 2, struct.pack("<d", 45296.0), 2)
        + cell(4, 3, b"\1")
        + cell(9, 4, struct.pack("<d", 2.5) + b"\0\0")
    )
    sheet += (
        row(3, hidden=True) + cell(62, 0, b"\0" + text("Max")) + cell(2, 1, struct.pack("<i", 1250 << 2 | 3))
    )
    sheet += cell(3, 2, b"\x2a") + record(146)
    styles = (
        record(44, struct.pack("<H", 164) + text("00000"))
        + record(617)
        + xf(0)
        + xf(164)
        + xf(14)
        + record(618)
    )
    place = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    links = "".join(
        f'<Relationship Id="r{number}" Type="{place}{kind}" Target="{target}.bin"/>'
        for number, (kind, target) in enumerate(
            (("worksheet", "sheet1"), ("sharedStrings", "sharedStrings"), ("styles", "styles"))
        )
    )
    main = f'<x><Relationship Id="r" Type="{place}officeDocument" Target="xl/workbook.bin"/></x>'
    listed = record(156, struct.pack("<II", 0, 1) + text("r0") + text("People"))
    return archive_of(
        {
            "_rels/.rels": main.encode(),
            "xl/_rels/workbook.bin.rels": f"<x>{links}</x>".encode(),
            "xl/workbook.bin": record(153, bytes(8)) + listed,
            "xl/sheet1.bin": sheet,
            "xl/styles.bin": styles,
            "xl/sharedStrings.bin": record(19, b"\0" + text("Zoë")),
        }
    )


def two_row_header(book: xlsxwriter.Workbook) -> None:
    """Groups of merged cells above the names, and a firm that holds for two people."""
    sheet = book.add_worksheet("People")
    sheet.merge_range("A1:A2", "Company")
    sheet.merge_range("B1:C1", "Person")
    sheet.merge_range("D1:E1", "Work")
    sheet.merge_range("F1:G1", "Home")
    sheet.write_row("B2", ["First", "Last", "Email", "Phone", "Email", "Phone"])
    sheet.merge_range("A3:A4", "Acme")
    sheet.write_row("B3", ["Jane", "Doe", "jane@example.com", "1", "j@example.org", "2"])
    sheet.write_row("B4", ["Max", "Roe", "max@example.com", "3", "m@example.org", "4"])


def links(book: xlsxwriter.Workbook) -> None:
    """Cells that lead elsewhere than they show."""
    sheet = book.add_worksheet("People")
    sheet.write_row(0, 0, ["Name", "Email", "LinkedIn URL"])
    sheet.write_url("A2", "https://example.com/jane", string="Jane")
    sheet.write_url("B2", "mailto:jane@example.com?subject=hi", string="write to her")
    sheet.write_url("C2", "https://www.linkedin.com/in/jane", string="profile")
    sheet.write_row(2, 0, ["Max"])
    sheet.write_url("B3", "mailto:other@example.com", string="max@example.com")
    sheet.write_formula("C3", '=HYPERLINK("https://www.linkedin.com/in/max","profile")', None, "profile")


def escapes(book: xlsxwriter.Workbook) -> None:
    """A carriage return, and text that only looks like one; a text of several looks."""
    sheet = book.add_worksheet("People")
    sheet.write_row(0, 0, ["Name", "Note", "Rich"])
    sheet.write_row(1, 0, ["Jane", "a\rb"])
    sheet.write_row(2, 0, ["Max", "_x000D_"])
    sheet.write_rich_string(1, 2, book.add_format({"bold": True}), "bold", " and plain")


def with_entities() -> bytes:
    """A workbook whose sheet declares an entity."""
    with zipfile.ZipFile(io.BytesIO(workbook(two_row_header))) as honest:
        members = {name: honest.read(name).decode() for name in honest.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    start, rest = members[sheet].split("?>", 1)
    members[sheet] = f'{start}?><!DOCTYPE worksheet [<!ENTITY a "ha">]>{rest}'
    return archive(members)


def opened_by_excel_unasked() -> bytes:
    """A workbook under the password that Excel tries by itself; other bytes each time it is made."""
    target = io.BytesIO()
    OOXMLFile(io.BytesIO(workbook(escapes))).encrypt("VelvetSweatshop", target)
    return target.getvalue()


def all_files() -> dict[str, bytes]:
    """Every file by its name."""
    return {
        **TEXTS,
        "packed.csv.gz": packed_csv(),
        "packed_workbook.csv.gz": gzip.compress(b"PK\x03\x04", mtime=0),
        "cut_off.csv.gz": packed_csv()[:-12],
        "password.xlsx": locked_workbook(),
        "word.xlsx": archive({"[Content_Types].xml": "<Types/>", "word/document.xml": "<document/>"}),
        "archive.xlsx": archive({"people.csv": "Name\n"}),
        "no_parts.xlsx": archive({"[Content_Types].xml": "<Types", "xl/workbook.xml": "<workbook/>"}),
        "people.ods": ods(),
        "people.xls": xls(),
        "velvet_sweatshop.xls": xls(password="VelvetSweatshop"),  # noqa: S106 - known to everyone
        "hidden_column.xls": xls(columns=((30, False), (9, True))),
        "password.xls": xls(password="another"),  # noqa: S106
        "as_shown.xlsx": workbook(as_shown),
        "odd_cells.xlsx": workbook(odd_cells),
        "several_sheets.xlsx": workbook(several_sheets),
        "lying_dimension.xlsx": lying_dimension(),
        "since_1904.xlsx": since_1904(),
        "rows_in_pieces.xlsx": rows_in_pieces(),
        "parts_elsewhere.xlsx": parts_elsewhere(),
        "people.xlsb": xlsb(),
        "two_row_header.xlsx": workbook(two_row_header),
        "links.xlsx": workbook(links),
        "escapes.xlsx": workbook(escapes),
        "entities.xlsx": with_entities(),
        "velvet_sweatshop.xlsx": opened_by_excel_unasked(),
        "empty_sheet.xlsx": workbook(empty_sheet),
        "cover_sheet.xlsx": workbook(cover_sheet),
        "list_before_a_table.xlsx": workbook(list_before_a_table),
    }


def main() -> None:
    """Write them."""
    FOLDER.mkdir(exist_ok=True)
    for name, content in all_files().items():
        (FOLDER / name).write_bytes(content)


if __name__ == "__main__":
    main()
