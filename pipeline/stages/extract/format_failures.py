"""Formats that are known and not read, and damage within office files and pictures."""

from __future__ import annotations

from pipeline.errors import DocumentError


class LegacyWord(DocumentError):
    """Word 97 to 2003."""

    code = "format-doc"
    remedy = "Save as .docx in Word or LibreOffice (`soffice --convert-to docx FILE`)."


class RichText(DocumentError):
    """Rich Text Format."""

    code = "format-rtf"
    remedy = "Save as .docx in Word or LibreOffice (`soffice --convert-to docx FILE`)."


class OpenDocument(DocumentError):
    """OpenDocument text, sheet or slides."""

    code = "format-opendocument"
    remedy = "Save as .docx or PDF in LibreOffice (`soffice --convert-to pdf FILE`)."


class Spreadsheet(DocumentError):
    """Excel, old or new."""

    code = "format-spreadsheet"
    remedy = "Spreadsheets hold no prose; if this one does, print it to PDF."


class Slides(DocumentError):
    """PowerPoint, old or new."""

    code = "format-slides"
    remedy = "Export the slides to PDF."


class Message(DocumentError):
    """An e-mail message or a web archive (.eml, .msg, .mht)."""

    code = "format-message"
    remedy = "Save the attachments as files of their own, and print the message to PDF."


class Archive(DocumentError):
    """zip, 7z, rar or tar: files within a file."""

    code = "format-archive"
    remedy = "Unpack the archive and give the folder."


class ArchiveBroken(DocumentError):
    """A zip archive without its end; whether it was a docx cannot be told."""

    code = "archive-broken"
    remedy = "The download or copy probably failed halfway: get the file anew."


class Compressed(DocumentError):
    """One file, compressed (gzip, bzip2, xz, zstd)."""

    code = "format-compressed"
    remedy = "Decompress it first, for instance with `gunzip FILE`."


class UnsupportedImage(DocumentError):
    """A picture of a kind that is not read as a scan."""

    code = "format-image"
    remedy = "Convert the picture to PNG, TIFF or PDF."


class PostScript(DocumentError):
    """A PostScript program."""

    code = "format-postscript"
    remedy = "Convert it to PDF, for instance with `ps2pdf FILE`."


class Xml(DocumentError):
    """XML that is not a web page."""

    code = "format-xml"
    remedy = "Open it in the program that made it, and save it as PDF or .docx."


class OfficeEncrypted(DocumentError):
    """An office file that asks for a password."""

    code = "office-encrypted"
    remedy = "Open it with its password and save it without one."


class DocxBroken(DocumentError):
    """A docx whose zip container or XML is damaged."""

    code = "docx-broken"
    remedy = "Let Word repair it (Open, Open and Repair), or get the file anew."


class DocxNoBody(DocumentError):
    """A docx without `word/document.xml`."""

    code = "docx-no-body"
    remedy = "The main part is missing: get the file anew from its source."


class DocxBomb(DocumentError):
    """A docx that unpacks to far more than any real document."""

    code = "docx-bomb"
    remedy = "It would unpack to gigabytes: leave it out, and be wary of its source."


class DocxEntities(DocumentError):
    """A docx whose XML declares a document type; no office program writes one."""

    code = "docx-entities"
    remedy = "It holds an XML attack or was made by hand: leave it out, or save it anew in Word."


class DocxUnsafeNames(DocumentError):
    """A docx with members named outside its own folder; they are left out."""

    code = "docx-unsafe-names"
    remedy = "Nothing was written to disk; be wary of the file's source."
    severity = "warning"


class ImageBroken(DocumentError):
    """A picture that ends too soon or cannot be decoded."""

    code = "image-broken"
    remedy = "Open the picture in another program and save it anew, or scan the page again."


class ImageBomb(DocumentError):
    """A picture of more pixels than any scanned page."""

    code = "image-too-many-pixels"
    remedy = "Scale the picture down: 300 dots an inch are enough for reading."


class OcrUnavailable(DocumentError):
    """Pages need Tesseract, and it or its language pack is not installed."""

    code = "ocr-unavailable"
    remedy = "Install it (`apt-get install tesseract-ocr tesseract-ocr-swe`) and run anew."


class OcrOff(DocumentError):
    """A page without text, and `extract.ocr` is `never`."""

    code = "ocr-off"
    remedy = "Run with --set extract.ocr=auto to read pages that are pictures."


class OcrTimeout(DocumentError):
    """Tesseract took longer than `extract.ocr_page_deadline_s` over a page."""

    code = "ocr-timeout"
    remedy = "Allow more with --set extract.ocr_page_deadline_s=SECONDS, or lower extract.ocr_dpi."


class OcrLate(DocumentError):
    """A page that OCR had not read when the document's `extract.ocr_deadline_s` were over."""

    code = "ocr-late"
    remedy = "Allow more with --set extract.ocr_deadline_s=SECONDS, or split the document."


class OcrFailed(DocumentError):
    """Tesseract stopped with an error on a page."""

    code = "ocr-failed"
    remedy = "Look at the page in a viewer; scan it again if it is damaged."


class PageBlank(DocumentError):
    """A page with nothing printed on it."""

    code = "page-blank"
    remedy = "Nothing to do, unless a viewer shows text on the page."
    severity = "warning"


class PageUnread(DocumentError):
    """A page with something printed on it in which no words were found."""

    code = "page-unread"
    remedy = "Look at the page: a photograph or map is fine, text means that the scan is too poor."
    severity = "warning"


class PageWithoutArea(DocumentError):
    """A page or picture whose width or height is nothing."""

    code = "page-without-area"
    remedy = "The page cannot show anything: get the file anew from its source."


class PageNotRendered(DocumentError):
    """A page that could not be turned into a picture for OCR."""

    code = "page-not-rendered"
    remedy = "Print the file to a new PDF in another program."
