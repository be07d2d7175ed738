"""Word and Excel files with the same bytes on every run.

Both are zip archives: they are packed again without compression, in fixed order, with fixed
dates, because a compressor may differ between versions and the libraries write the time of day.
"""

import io
import zipfile
from pathlib import Path

import docx
import openpyxl
from docx.document import Document as DocxDocument
from docx.oxml.ns import qn

NOTE = "Synthetic data: every record is invented and describes no person."
_CORE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    "<cp:coreProperties"
    ' xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    "<dc:title>{title}</dc:title><dc:creator>studies.moments.generator</dc:creator>"
    "<dc:description>{note}</dc:description>"
    '<dcterms:created xsi:type="dcterms:W3CDTF">2006-10-02T09:00:00Z</dcterms:created>'
    '<dcterms:modified xsi:type="dcterms:W3CDTF">2006-10-02T09:00:00Z</dcterms:modified>'
    "</cp:coreProperties>"
)


def _repack(packed: io.BytesIO, path: Path, title: str) -> None:
    with zipfile.ZipFile(packed) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    parts["docProps/core.xml"] = _CORE.format(title=title, note=NOTE).encode()
    # Readers expect the list of content types to come first.
    order = sorted(parts, key=lambda name: (name != "[Content_Types].xml", name))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as target:
        for name in order:
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            target.writestr(entry, parts[name])


def write_transcript(path: Path, paragraphs: list[str]) -> None:
    """A transcript: a paragraph a turn, the first one bold."""
    document = docx.Document()
    for index, text in enumerate(paragraphs):
        document.add_paragraph().add_run(text).bold = True if index == 0 else None
    _slim(document)
    # The template's proofing language is American.
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-GB")
    packed = io.BytesIO()
    document.save(packed)
    _repack(packed, path, paragraphs[0])


def _slim(document: DocxDocument) -> None:
    """Drop the template's table styles, their old copy and its thumbnail: most of its size."""
    for rels in (document.part.rels, document.part.package.rels):
        for key, rel in list(rels.items()):
            if rel.reltype.endswith(("/stylesWithEffects", "/thumbnail", "/customXml")):
                del rels[key]
    styles = document.styles.element
    for style in list(styles):
        if style.get(qn("w:type")) == "table" and style.get(qn("w:default")) != "1":
            styles.remove(style)


def write_workbook(path: Path, sheet: str, titles: list[str], rows: list[list]) -> None:
    """A sheet with title rows above its header; dates are real Excel dates."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for title in titles:
        page.append([title])
    for row in rows:
        page.append(row)
    for cells in page.iter_rows(min_row=len(titles) + 2):
        for cell in cells:
            if cell.is_date:
                cell.number_format = "DD/MM/YYYY"
    for column in "ABCDEFGH":
        page.column_dimensions[column].width = 18
    packed = io.BytesIO()
    book.save(packed)
    _repack(packed, path, titles[0])
