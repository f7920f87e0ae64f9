"""Templates in code, kept on disk: to put one into code takes longer than to draw the page, and each start began anew."""

import hashlib
import shutil
from contextlib import suppress
from pathlib import Path

import jinja2
from django.conf import settings
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket

MADE_BY = ("jinja.py", "output.py")  # what decides how a template becomes code, beside Jinja


class Kept(FileSystemBytecodeCache):
    def load_bytecode(self, bucket: Bucket) -> None:
        try:
            super().load_bytecode(bucket)
        except Exception:  # whatever is wrong with the file: it is written anew
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):  # the folder went, or the disk is full: a page stands without it
            super().dump_bytecode(bucket)


def kept() -> Kept | None:
    """
    Return where compiled templates are kept, in a folder that no other version of ours uses; none where nothing can be.

    What lies there belongs to one text of a template: another text is put into code anew.
    """
    folder = settings.COMPILED / _version()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return None
    for other in settings.COMPILED.iterdir():
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)
    return Kept(str(folder))


def _version() -> str:
    ours = b"".join(Path(__file__).with_name(name).read_bytes() for name in MADE_BY)
    return hashlib.sha256(jinja2.__version__.encode() + ours).hexdigest()[:16]
