"""A model archive is loaded only if it is the one that was trained: its hash stands in a file beside it.

Whoever can put another archive in its place can put in code that runs as soon as Rasa loads it. The file is as ``sha256sum``
writes it: ``models/assistant.tar.gz`` has ``models/assistant.sha256``.
"""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

ENDING = ".tar.gz"
_PIECE = 1024 * 1024


class WrongArchive(Exception):
    """Its text is a sentence that says what is wrong and what to do."""


def check(archive: Path) -> None:
    """Raises ``WrongArchive``, unless the hash beside it is its own. That none is there is for Rasa to say."""
    if archive.is_dir():
        raise WrongArchive(f"{archive} is a folder. Name one archive, such as {archive}/assistant{ENDING}")
    if not archive.is_file():
        return
    file = hash_file(archive)
    try:
        expected = file.read_text(encoding="ascii").split()[0]
    except FileNotFoundError:
        raise WrongArchive(
            f"{file.name} is missing, so nobody can tell whether {archive.name} is the one that was trained. {_how(archive)}"
        ) from None
    except (OSError, ValueError, IndexError):
        raise WrongArchive(f"{file} cannot be read as the hash of an archive. {_how(archive)}") from None
    if not hmac.compare_digest(expected.lower(), sha256(archive)):
        raise WrongArchive(
            f"{archive} is not the model that {file.name} was made for: it was changed or damaged, and is not loaded."
            f" Train it anew (make train ARGS=--force). {_how(archive)}"
        )


def hash_file(archive: Path) -> Path:
    """Where the hash of an archive stands."""
    return archive.with_name(archive.name.removesuffix(ENDING) + ".sha256")


def sha256(archive: Path) -> str:
    """Of its contents, in hexadecimal."""
    digest = hashlib.sha256()
    with archive.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _how(archive: Path) -> str:
    folder, name = archive.parent, archive.name
    return (
        "If you know where it comes from (rasa train, a run of CI), make the file:"
        f" cd {folder} && sha256sum {name} > {hash_file(archive).name}"
    )
