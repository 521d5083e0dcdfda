"""Where to listen: on loopback, at the port that is wanted, or at any that is free."""

from __future__ import annotations

import os
import socket

HOST = "127.0.0.1"


def wanted_port() -> int:
    """The port that ``PORT`` names; raises ``SystemExit`` with a sentence when it cannot be had."""
    value = os.environ.get("PORT", "5005")
    if not value.isdecimal() or not 1 <= int(value) <= 65535:
        raise SystemExit(f"PORT must be a number from 1 to 65535, not {value!r}.")
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, int(value)))
    except PermissionError:
        raise SystemExit(f"Port {value} is not allowed here. Choose another: PORT=5005 make run") from None
    except OSError:
        raise SystemExit(
            f"Port {value} is taken. Stop what listens there, or choose another: PORT={free_port()} make run"
        ) from None
    return int(value)


def free_port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
