"""A finished PDF looked at and laid out again: its first page as a small picture, or many times over.

For our own PDFs only. Equal input gives equal bytes with the same PDFium.
"""

import re
from hashlib import sha256
from io import BytesIO
from threading import Lock

import pypdfium2

_COLOURS = 48  # of a preview: few, so that it is a small file; letters stay smooth
_MADE = re.compile(rb"/CreationDate\(D:\d{14}")
_FILE_ID = re.compile(rb"/ID ?\[ ?<[0-9A-Fa-f]{32}> ?<[0-9A-Fa-f]{32}> ?\]")

# PDFium may be used by one thread at a time.
_ONE_AT_A_TIME = Lock()


def page_picture(content: bytes, *, width: int, height: int) -> bytes:
    """The first page as PNG, as large as fits into so many dots."""
    with _ONE_AT_A_TIME:
        document = pypdfium2.PdfDocument(content)
        try:
            page = document[0]
            across, down = page.get_size()
            image = page.render(scale=min(width / across, height / down)).to_pil().convert("RGB")
        finally:
            document.close()
    file = BytesIO()
    image.quantize(_COLOURS).save(file, "PNG")
    return file.getvalue()


def repeated(content: bytes, *, times: int) -> bytes:
    """The first page so many times, what it draws embedded once. The same file again for the same input."""
    with _ONE_AT_A_TIME:
        document, many = pypdfium2.PdfDocument(content), pypdfium2.PdfDocument.new()
        try:
            many.import_pages(document, pages=[0] * times)
            file = BytesIO()
            many.save(file)
        finally:
            many.close()
            document.close()
    # PDFium takes day and id from the clock. Ours: the day of all our PDFs; which page this is, how often.
    name = sha256(content + times.to_bytes(4, "big")).hexdigest()[:32].upper().encode()
    dated = _MADE.sub(b"/CreationDate(D:20000101000000", file.getvalue())
    return _FILE_ID.sub(b"/ID[<%b><%b>]" % (name, name), dated)
