"""Secrets in a file of their own: made at the first start for its owner alone, and refused when others may read it."""

from __future__ import annotations

import os
import secrets
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path

from leads.errors import SettingsError

OTHERS = stat.S_IRWXG | stat.S_IRWXO


def new_secret() -> str:
    """48 random bytes, as text."""
    return secrets.token_urlsafe(48)


def secrets_in(file: Path, setting: str, new: Callable[[], str] = new_secret) -> list[str]:
    """The secrets in the file, one a line; if there is no file, a new one with one ``new`` secret.

    Of two processes that start together, both get that of the one that was first. Raises ``SettingsError``, naming
    ``setting``, when the file can't be read or made, or when anybody but its owner may open it.
    """
    try:
        if not file.exists():
            _make(file, new())
        with file.open(encoding="ascii") as stream:
            mode = os.fstat(stream.fileno()).st_mode
            found = [line.strip() for line in stream.read().splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(setting, f"cannot be read or made ({type(error).__name__})") from None
    if mode & OTHERS:
        raise SettingsError(setting, f"may be opened by others than its owner; run: chmod 600 {file}")
    return found


def _make(file: Path, secret: str) -> None:
    """Whole or not at all."""
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f"{file.name}.")  # mode 0600
    try:
        with os.fdopen(descriptor, "w") as stream:
            stream.write(f"{secret}\n")
            stream.flush()
            os.fsync(stream.fileno())
        os.link(name, file)  # unlike a rename, it never replaces one
    except FileExistsError:
        pass
    finally:
        os.unlink(name)
