"""The arrows of the house hold, and the contracts that keep them see a breach."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.arch import contracts

ROOM_NAMES = ("shop", "pos", "bonded_display", "settlement", "kernel")
PACKAGES = (*ROOM_NAMES, "load", "simulators", "templates", "demo")

BREACHES = {
    "The house": ("settlement/breach.py", "import shop"),
    "The counter knows no other room": ("pos/breach.py", "import settlement"),
    "Bonded display asks settlement for tax alone": (
        "bonded_display/breach.py",
        "import settlement.payments",
    ),
    "Tax, limits and guarantees": ("settlement/tax/breach.py", "import settlement.ledger"),
    "Inside shop": ("shop/offer/breach.py", "import shop.web"),
    "Flask stays": ("shop/checkout/breach.py", "import flask_wtf"),
    "The terminal carries no server": ("pos/terminal/breach.py", "import sqlalchemy"),
    "The other side shares no code": ("simulators/breach.py", "import kernel"),
    "The product runs without the other side": ("kernel/breach.py", "import simulators"),
    "The demo walks as a person does": ("demo/breach.py", "import shop"),
    "Nothing is built on the demo": ("load/breach.py", "import demo"),
    "Nouns have no session": ("shop/order/breach.py", "import sqlalchemy"),
    "Stock, display and warehouse": (
        "bonded_display/stock/breach.py",
        "import bonded_display.customs",
    ),
    "Customs imports no neighbour": (
        "bonded_display/customs/breach.py",
        "import bonded_display.stock",
    ),
    "What nouns and the terminal use": ("kernel/clock.py", "import sqlalchemy"),
}


def lint_imports(folder):
    """Run the contracts of ``folder`` over its packages."""
    lint = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    return subprocess.run(
        [*lint, "--no-cache", "--no-logo"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_arrows_hold():
    """Every import of the tree, against every contract."""
    linted = lint_imports(contracts.ROOT)

    assert linted.returncode == 0, linted.stdout + linted.stderr


@pytest.fixture
def bare_house(tmp_path):
    """The packages of the tree without their code, and the contracts over them."""
    for init in (path for name in PACKAGES for path in (contracts.ROOT / name).rglob("*.py")):
        place = tmp_path / init.relative_to(contracts.ROOT)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()
    shutil.copy(contracts.FILE, tmp_path)
    return tmp_path


def test_every_contract_sees_its_breach(bare_house):
    """One forbidden import for each contract: all of them are broken, each by name."""
    for place, line in BREACHES.values():
        (bare_house / place).write_text(f"{line}\n")

    linted = lint_imports(bare_house)

    verdicts = [line for line in linted.stdout.splitlines() if line.endswith((" KEPT", " BROKEN"))]
    unseen = [line for line in verdicts if line.endswith(" KEPT")]
    assert linted.returncode == 1
    assert unseen == []
    assert len(verdicts) == len(BREACHES), "a contract has no breach of its own here"


def test_every_module_of_the_design_that_exists_is_listed():
    """A module that the contracts name was added: its line counts from that day on."""
    text = contracts.FILE.read_text(encoding="utf-8")

    assert contracts.up_to_date(text) == text, "run: python -m tests.arch.contracts"


def test_a_module_that_came_is_seen():
    """A line was set aside, then its module came; another one went away."""
    text = "type = forbidden\nsource_modules =\n    # kernel.db\n    kernel.gone\n    sqlalchemy"

    now = contracts.up_to_date(text, there=lambda module: module == "kernel.db")

    assert now.splitlines()[2:] == ["    kernel.db", "    # kernel.gone", "    sqlalchemy"]


def test_a_layer_that_came_is_seen():
    """The layer's brackets go when its module comes."""
    text = "containers =\n    shop\nlayers =\n    (cli) | web\n    (flow)\nexhaustive = False"

    now = contracts.up_to_date(text, there=lambda module: module in ("shop.cli", "shop.web"))

    assert now.splitlines()[3:5] == ["    cli | web", "    (flow)"]
