"""nginx before several processes on this machine: its configuration, from deploy/nginx.conf, and how it takes up a new one."""

from __future__ import annotations

import os
import string
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from ports import HOST
from train import ROOT

TEMPLATE = ROOT / "deploy" / "nginx.conf"
SLACK_BODY = "300k"  # components/slack.py: LONGEST_BODY
TURNS_AT_ONCE = 60  # for each Rasa process: about what it answers within the limit of a turn
# One that refuses connections costs nothing: the next is asked. One that hangs is left alone for a while; but when there is
# too much to do, some requests take too long everywhere, and then none must be.
SERVER = f"server {HOST}:{{}} max_fails=10 fail_timeout=5s{{}};"

MAIN = """\
daemon off;
pid {folder}/nginx.pid;
error_log stderr crit;
worker_processes 2;
worker_shutdown_timeout 30s; # sockets of before a change; they connect again
events {{ worker_connections 4096; }}
http {{
    types {{ text/html html; }}
    client_body_temp_path {folder}/bodies;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    access_log off;
    include {folder}/assistant.conf;
}}
"""


@dataclass(frozen=True)
class Proxy:
    """``port``: for visitors; ``actions_port``: for Rasa. ``rasa`` and ``actions``: the ports of the processes.

    ``site``: a folder with more for visitors' server (``*.conf``), such as a certificate.
    """

    folder: Path
    port: int
    actions_port: int
    rasa: Sequence[int]
    actions: Sequence[int]
    turns_at_once: int = 0

    @property
    def site(self) -> Path:
        """Where there may be more about visitors' server."""
        return self.folder / "site.d"

    @property
    def command(self) -> list[str]:
        """Starts it in the foreground. SIGHUP takes up what ``write`` wrote."""
        return ["nginx", "-e", "stderr", "-p", str(self.folder), "-c", str(self.folder / "nginx.conf")]

    def write(self, without: Collection[int] = ()) -> None:
        """The configuration. ``without``: ports of processes that get nothing new."""
        self.site.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o755)  # its workers are nobody, if root starts it
        _replace(self.folder / "nginx.conf", MAIN.format(folder=self.folder))
        template = string.Template(TEMPLATE.read_text(encoding="utf-8"))
        _replace(self.folder / "assistant.conf", template.safe_substitute(self._values(without)))

    def _values(self, without: Collection[int]) -> dict[str, str]:
        return {
            "RASA_SERVERS": _servers(self.rasa, without),
            "ACTION_SERVERS": _servers(self.actions, without),
            "LISTEN": f"{HOST}:{self.port}",
            "ACTIONS_LISTEN": f"{HOST}:{self.actions_port}",
            "SITE": str(self.site),
            "RESOLVER": "",
            "MOST_TURNS": str(self.turns_at_once or TURNS_AT_ONCE * len(self.rasa)),
            "SLACK_BODY": SLACK_BODY,
        }


def _servers(ports: Sequence[int], without: Collection[int]) -> str:
    return "\n    ".join(SERVER.format(port, " down" if port in without else "") for port in ports)


def _replace(file: Path, text: str) -> None:
    """Whole or not at all."""
    new = file.with_suffix(".new")
    new.write_text(text, encoding="utf-8")
    os.replace(new, file)
