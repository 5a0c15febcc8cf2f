"""What can go wrong while a file is found, opened and read: one class a condition."""

from __future__ import annotations

from pipeline.errors import DocumentError


class FileMissing(DocumentError):
    """No file has this name."""

    code = "file-missing"
    remedy = "Check the spelling of the path; the file may have been moved or renamed."


class FileUnreadable(DocumentError):
    """The user who runs kommunlupp may not read the file."""

    code = "file-unreadable"
    remedy = "Give yourself permission, for instance with `chmod u+r FILE`, or ask its owner."


class FileBroken(DocumentError):
    """The disk or network share gives an error while the file is read."""

    code = "file-broken"
    remedy = "Copy the file to a local disk; if the copy fails too, get it anew from its source."


class NotAFile(DocumentError):
    """A device, pipe or socket."""

    code = "not-a-file"
    remedy = "Leave it out: only ordinary files can be read."


class IsAFolder(DocumentError):
    """A folder stands where a file was expected."""

    code = "is-a-folder"
    remedy = (
        "Give the folder to `kommunlupp run`, which searches folders; other commands take files."
    )


class BrokenLink(DocumentError):
    """A symbolic link whose target is gone."""

    code = "broken-link"
    remedy = "Point the link at an existing file, or remove it."


class LinkLoop(DocumentError):
    """Symbolic links that lead back to themselves."""

    code = "link-loop"
    remedy = "Remove the link that points back; the files themselves are read once."
    severity = "warning"


class LinkToItself(DocumentError):
    """A file name that is a link to itself, directly or by way of others."""

    code = "link-to-itself"
    remedy = "Remove the link and put the file itself in its place."


class BadFileName(DocumentError):
    """A name that the file system does not take: too long, or with a NUL."""

    code = "bad-file-name"
    remedy = "Shorten the name or the names of the folders above it."


class EmptyFile(DocumentError):
    """A file of zero bytes."""

    code = "empty-file"
    remedy = "The download or copy probably failed: get the file anew."


class TooLarge(DocumentError):
    """More bytes than `extract.max_bytes`."""

    code = "too-large"
    remedy = "Split the file, or raise the limit with --set extract.max_bytes=BYTES."


class FolderUnreadable(DocumentError):
    """A folder that may not be listed; what is in it is not read."""

    code = "folder-unreadable"
    remedy = "Give yourself permission, for instance with `chmod u+rx FOLDER`, or ask its owner."


class FolderEmpty(DocumentError):
    """A folder given as input holds no file; hidden files do not count."""

    code = "folder-empty"
    remedy = "Check that it is the right folder; files whose name begins with a dot are left out."
    severity = "warning"


class WrongExtension(DocumentError):
    """The name says another format than the content; the content is believed."""

    code = "wrong-extension"
    remedy = "Rename the file so that its extension says what it is."
    severity = "warning"


class NoText(DocumentError):
    """The document was read to its end and holds no text."""

    code = "no-text"
    remedy = (
        "Open the file: if it shows text, that text is in pictures; save it as PDF and run anew."
    )


class ParseTimeout(DocumentError):
    """Parsing took longer than `extract.deadline_s` and was stopped."""

    code = "parse-timeout"
    remedy = "Print the file to a new PDF, or allow more with --set extract.deadline_s=SECONDS."


class ParseMemory(DocumentError):
    """Parsing wanted more memory than `extract.memory_mib` and was stopped."""

    code = "parse-memory"
    remedy = "Split the file, or allow more with --set extract.memory_mib=MEBIBYTES."


class ParseCrash(DocumentError):
    """The parsing process died."""

    code = "parse-crash"
    remedy = "The file is damaged or hostile: print it to a new PDF in another program."


class ParseTooDeep(DocumentError):
    """The file's parts are nested deeper than the parser can follow."""

    code = "parse-too-deep"
    remedy = "The file is damaged or hostile: print it to a new PDF in another program."


class ParseFailed(DocumentError):
    """The parser stopped with an error that kommunlupp has no better name for."""

    code = "parse-failed"
    remedy = "Open the file in another program and save it anew; if it still fails, report it."


class NotText(DocumentError):
    """Bytes that are neither a known format nor text."""

    code = "not-text"
    remedy = "Find out which program made the file, and save it from there as PDF."


class EncodingDoubtful(DocumentError):
    """Some bytes do not fit the text's encoding; they stand as U+FFFD."""

    code = "encoding-doubtful"
    remedy = "Save the text as UTF-8 in the program that made it."
    severity = "warning"


class ControlCharacters(DocumentError):
    """NULs and other control characters were left out of the text."""

    code = "control-characters"
    remedy = "Nothing to do if the text reads well; else save it anew as UTF-8."
    severity = "warning"


class MojibakeRepaired(DocumentError):
    """UTF-8 that had been read in another encoding ("kÃ¶" for "kö") was put right."""

    code = "mojibake-repaired"
    remedy = "Nothing to do if the text reads well; else get the file from its source."
    severity = "warning"


class NestingCut(DocumentError):
    """A web page nested so deep that its inner parts may be left out."""

    code = "html-too-deep"
    remedy = "Open the page in a browser and print it to PDF."


class PagesLeftOut(DocumentError):
    """A picture file with more pages than `extract.max_pages`."""

    code = "pages-left-out"
    remedy = "Allow more with --set extract.max_pages=PAGES."
    severity = "warning"
