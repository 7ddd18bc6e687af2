# Every verb of the tree. `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help env run demo check-demo test check format bench-order bench-import bench-customs soak-customs load seed faults tour readme wheel reset

PYTHON ?= python3
WORKERS ?= 3
OFFICIAL ?= optional
SEED ?=
BREAK ?=
PAUSE ?=
ARGS ?=
PROFILE ?= promotion
ORDERS ?= 10000
ROUNDS ?= 20

RUN := .venv/bin/python
BIN := .venv/bin
AXE := tests/browser/node_modules/.package-lock.json
PRODUCT := kernel shop pos bonded_display settlement simulators templates
export PYTHON

help:  ## this list
	@grep -E '^[a-z-]+:.*## ' $(firstword $(MAKEFILE_LIST)) | sed -E 's/:.*## /\t/' | expand -t 14

env: .venv/ready  ## .venv with everything, by hash; nothing to do the second time

.venv/ready: requirements.lock pyproject.toml .ci/env
	@.ci/env

run: env  ## all programs with two weeks of sample trade, until Ctrl-C; data in var/run (PORT_WEB=9080 moves one port)
	@.ci/system fonts-wqy-zenhei
	@$(RUN) -m demo.run $(ARGS)

demo: env  ## one sale the whole way, into var/demo (SEED=n other goods, BREAK=what fails, PAUSE=who rests)
	@.ci/system fonts-wqy-zenhei
	@$(RUN) -m demo $(if $(SEED),--seed $(SEED)) $(if $(BREAK),--break $(BREAK)) $(if $(PAUSE),--pause $(PAUSE))

check-demo: env  ## judge var/demo by a program that shares nothing with ours; then 73 forgeries of it
	@$(RUN) -m tests.check_demo var/demo
	@$(RUN) -m tests.check_demo.mutations var/demo

test: env $(AXE)  ## all tests, random order (OFFICIAL=required: official data must be there; ARGS=tests/unit)
	@.ci/system chromium fonts-wqy-zenhei wrk
	@$(RUN) -m pytest -n $(WORKERS) --dist worksteal --official=$(OFFICIAL) $(ARGS)

# npm trusts what the machine trusts, as pip does: a company's own certificates are there.
$(AXE): tests/browser/package-lock.json
	@.ci/system npm
	@NODE_EXTRA_CA_CERTS="$${NODE_EXTRA_CA_CERTS:-/etc/ssl/certs/ca-certificates.crt}" \
		npm ci --prefix tests/browser --loglevel=error --ignore-scripts --no-audit --no-fund
	@touch $@

check: env  ## style, types, arrows between rooms, security
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/bandit --quiet -ll -ii --configfile pyproject.toml --recursive $(PRODUCT)

format: env  ## mend what ruff can mend
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench-order: env  ## placing and capturing beside their floor, into var/bench/order.json
	@.ci/system wrk
	@$(RUN) -m load.bench_order $(ARGS)

bench-import: env  ## 100,000 goods and 1,000,000 stock rows with orders beside, into var/bench/import.json
	@.ci/system wrk
	@$(RUN) -m load.bench_import $(ARGS)

bench-customs: env  ## lists signed and stored beside bare lxml and SM2, into var/bench/customs.json (ARGS="--lists 100000")
	@$(RUN) -m load.customs.bench $(ARGS)

soak-customs: env  ## 20,000 orders through customs with trouble and killed workers, all books compared (ARGS="--orders 500")
	@$(RUN) -m load.soak $(ARGS)

load: env  ## a crowd at the whole house, all invariants compared afterwards, into var/bench/load-PROFILE.html (PROFILE=morning, promotion, reconnect; ARGS="--orders 20")
	@$(RUN) -m load.peak $(PROFILE) $(ARGS)

seed: env  ## 2,000 outlets, 50,000 items, past orders with lines, lists and entries, compared; into var/bench/seed.json (ORDERS=1000000, ARGS="--url ADDRESS" fills that database and keeps it)
	@$(RUN) -m load.seed --orders $(ORDERS) $(ARGS)

faults: env  ## kill -9, full disks, dry pools, stepped clocks, hangs and deadlocks while an article sells out, ROUNDS=20, into var/bench/faults.json (ARGS="--seed 7 --on sqlite")
	@$(RUN) -m load.faults --rounds $(ROUNDS) $(ARGS)

tour: env $(AXE)  ## the pictures of docs/tour made anew, by people of the four rooms in a real browser
	@.ci/system chromium fonts-wqy-zenhei
	@TOUR=docs/tour $(RUN) -m pytest tests/browser/test_four_ways.py -p no:randomly -q

readme: env  ## README.md typed in a fresh clone, every page it names reached (ARGS="--leave-out 'make test'")
	@$(RUN) -m tests.readme $(ARGS)

wheel: env  ## the installable package, into dist/
	@$(RUN) -m build --wheel --no-isolation

reset:  ## throw away var/: what demos and benches left
	@rm -rf var
