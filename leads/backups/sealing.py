"""A stream of bytes as a sealed file: a line per piece, compressed, then encrypted with the leads' first key.

A line that is changed does not open; whether all are there, in order, is told by the hash in the signed manifest.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from leads.crypto import Keyring

PIECE = 1 << 20  # bytes


def pieces(stream: BinaryIO) -> Iterator[bytes]:
    """All of the stream."""
    while piece := stream.read(PIECE):
        yield piece


def seal(plain: Iterable[bytes], file: Path, keys: Keyring) -> None:
    """Writes the file, for its owner alone, to the disk itself. It must not be there yet."""
    descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        for piece in plain:
            out.write(keys.seal_bytes(zlib.compress(piece)) + b"\n")
        out.flush()
        os.fsync(out.fileno())


def unseal(file: Path, keys: Keyring) -> Iterator[bytes]:
    """What was sealed, piece by piece. Raises ``WrongKey``."""
    with file.open("rb") as lines:
        for line in lines:
            yield zlib.decompress(keys.unseal_bytes(line.rstrip(b"\n")))


def hash_of(file: Path) -> str:
    """SHA-256, in hexadecimal."""
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        for piece in pieces(stream):
            digest.update(piece)
    return digest.hexdigest()
