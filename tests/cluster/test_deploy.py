"""What deploy/ says of our processes is so: their commands are there, their settings and ports, and every name it uses."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.slack import LONGEST_BODY
from tests.cluster.running import ROOT

DEPLOY = ROOT / "deploy"
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yml").read_text())
IMAGE = "cusma-assistant"
WAITS = {"/health/live", "/health/ready", "/health", "/ready"}
SETTINGS = set(re.findall(r"^#([A-Z_]+)=$", (ROOT / ".env.example").read_text(), re.M)) | {"ACTION_SERVER_URL"}
NAMES = set(re.findall(r"\$\{([A-Z_]+)\}", (DEPLOY / "nginx.conf").read_text())) | {"NGINX_ENVSUBST_FILTER"}


def objects(kind: str | None = None) -> list[dict[str, Any]]:
    found = [one for file in MANIFESTS for one in yaml.safe_load_all(file.read_text())]
    return [one for one in found if kind in (None, one["kind"])]


def pods() -> list[dict[str, Any]]:
    """What each Deployment and Job makes."""
    return [one["spec"]["template"] for one in objects() if one["kind"] in ("Deployment", "Job")]


def containers() -> list[dict[str, Any]]:
    return [container for pod in pods() for container in pod["spec"]["containers"]]


def commands() -> Iterator[list[str]]:
    yield from (one["command"] for one in containers() if one["image"].startswith(IMAGE))
    yield from (one["command"] for one in COMPOSE["services"].values() if one["image"].startswith(IMAGE))
    yield yaml.safe_load(re.search(r"^CMD (.+)$", (DEPLOY / "Dockerfile").read_text(), re.M)[1])  # type: ignore[index]
    for one in containers():
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            if asked := one.get(probe, {}).get("exec"):
                yield asked["command"]


def test_every_command_is_a_program_of_ours() -> None:
    for command in commands():
        assert command[0] == "python"
        named = Path(*command[2].split(".")).with_suffix(".py") if command[1] == "-m" else Path(command[1])
        assert '__name__ == "__main__"' in (ROOT / named).read_text(), command


def test_every_setting_is_one_that_is_explained() -> None:
    of_proxy = ("proxy", "site", "assistant-redis")
    given = [one for one in objects() if one["kind"] in ("ConfigMap", "Secret") and one["metadata"]["name"] not in of_proxy]
    names = {name for one in given for name in one.get("data", one.get("stringData"))}
    for service in COMPOSE["services"].values():
        names |= set(service["environment"]) if service["image"].startswith(IMAGE) else set()
    assert names <= SETTINGS


def test_every_secret_and_config_map_that_is_named_is_there() -> None:
    there = {(one["kind"], one["metadata"]["name"]) for one in objects()} | {("ConfigMap", "proxy-template")}
    for container in containers():
        for ref in container.get("envFrom", []):
            ((kind, named),) = ref.items()
            assert (kind[0].upper() + kind[1:].removesuffix("Ref"), named["name"]) in there
    volumes = [volume for pod in pods() for volume in pod["spec"].get("volumes", [])]
    assert {("ConfigMap", one["configMap"]["name"]) for one in volumes if "configMap" in one} <= there


def test_services_probes_and_autoscalers_find_what_they_name() -> None:
    by_app = {pod["metadata"]["labels"]["app"]: pod["spec"]["containers"][0] for pod in pods()}
    for service in objects("Service"):
        ports = {port["name"]: port["containerPort"] for port in by_app[service["spec"]["selector"]["app"]]["ports"]}
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= set(ports)
    for container in by_app.values():
        asked = [probe["httpGet"] for name, probe in container.items() if name.endswith("Probe") and "httpGet" in probe]
        assert all(get["path"] in WAITS and get["port"] in {p["name"] for p in container["ports"]} for get in asked)
    for scaler in objects("HorizontalPodAutoscaler"):
        assert scaler["spec"]["scaleTargetRef"]["name"] in by_app
    for one in [*objects("PodDisruptionBudget"), *objects("Deployment")]:
        assert one["spec"]["selector"]["matchLabels"]["app"] in by_app
    assert {one["metadata"]["name"] for one in objects("PodDisruptionBudget")} == {"rasa", "actions", "worker", "proxy"}


@pytest.mark.parametrize("name, port", [("rasa", 5005), ("actions", 5055)])
def test_processes_listen_where_nginx_and_the_services_ask(name: str, port: int) -> None:
    proxy = next(one for one in objects("ConfigMap") if one["metadata"]["name"] == "proxy")["data"]
    servers = f"{'RASA' if name == 'rasa' else 'ACTION'}_SERVERS"
    command = next(one["command"] for one in containers() if one["name"] == name)
    assert command[command.index("--port") + 1] == str(port)
    assert f"{name}.assistant.svc.cluster.local:{port} " in proxy[servers]
    assert f"{name}:{port} " in COMPOSE["services"]["nginx"]["environment"][servers]
    assert COMPOSE["services"][name]["command"][command.index("--port") + 1] == str(port)


def test_nginx_is_told_all_that_its_template_asks_for() -> None:
    proxy = next(one for one in objects("ConfigMap") if one["metadata"]["name"] == "proxy")["data"]
    compose = COMPOSE["services"]["nginx"]["environment"]
    assert set(proxy) == set(compose) == NAMES
    for told in (proxy, compose):
        assert set(re.findall(r"[A-Z_]{4,}", told["NGINX_ENVSUBST_FILTER"])) == NAMES - {"NGINX_ENVSUBST_FILTER"}
        assert told["SLACK_BODY"] == f"{LONGEST_BODY // 1000}k"


def test_every_process_is_nobody_and_cannot_write_to_its_root() -> None:
    for pod in pods():
        assert pod["spec"]["securityContext"]["runAsNonRoot"] and not pod["spec"]["automountServiceAccountToken"]
    for container in containers():
        safe = container["securityContext"]
        assert safe["readOnlyRootFilesystem"] and not safe["allowPrivilegeEscalation"] and safe["capabilities"]["drop"] == ["ALL"]
        assert "memory" in container["resources"]["limits"]
    for service in COMPOSE["services"].values():
        assert service["read_only"] and service["cap_drop"] == ["ALL"]
    assert re.findall(r"^USER (.+)$", (DEPLOY / "Dockerfile").read_text(), re.M) == ["10001"]


def test_compose_asks_for_no_secret_that_the_example_does_not_name() -> None:
    text = (DEPLOY / "compose.yml").read_text()
    named = set(re.findall(r"^([A-Z_]+)=$", (DEPLOY / "secrets.env.example").read_text(), re.M))
    needed = set(re.findall(r"\$\{([A-Z_]+):\?\}", text))
    assert needed <= named, "compose would not start"
    assert not re.findall(r"(?:PASSWORD|SECRET|KEYS|TOKEN): [^$\"{]\S", text), "a secret stands in the file"


def test_rasa_has_no_way_to_the_leads_and_the_actions_none_to_the_conversations() -> None:
    secrets = {one["metadata"]["name"]: one["stringData"] for one in objects("Secret")}
    assert not {"LEADS_DB", "LEADS_KEYS"} & set(secrets["assistant-rasa"])
    assert not {"CONVERSATIONS_DB", "WEB_SECRET"} & set(secrets["assistant-actions"])
    environment = COMPOSE["services"]["rasa"]["environment"]
    assert all(environment[name].startswith("${SLACK_BOT_TOKEN:+") for name in ("LEADS_DB", "LEADS_KEYS"))


def test_the_image_is_made_without_keys_and_data() -> None:
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    kept_out = {".env", "*.key", "*.db", "logs", "backups", "cluster", ".git", "models"}
    assert kept_out <= set(ignored)


def test_kustomize_puts_it_all_together() -> None:
    if shutil.which("kubectl") is None:  # the file is read all the same
        listed = yaml.safe_load((DEPLOY / "kustomization.yaml").read_text())["resources"]
        assert all((DEPLOY / name).is_file() for name in listed)
        return
    made = subprocess.run(["kubectl", "kustomize", str(DEPLOY)], capture_output=True, text=True, check=True).stdout
    found = list(yaml.safe_load_all(made))
    assert all(one["metadata"]["namespace"] == "assistant" for one in found if one["kind"] != "Namespace")
    template = next(one for one in found if one["metadata"]["name"].startswith("proxy-template"))
    assert template["data"]["default.conf.template"] == (DEPLOY / "nginx.conf").read_text()
    assert IMAGE + ":latest" in {one["image"].rpartition("/")[2] for one in _containers_of(found)}


def _containers_of(found: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for one in found:
        if one["kind"] in ("Deployment", "Job"):
            yield from one["spec"]["template"]["spec"]["containers"]
