"""The package installs outside the tree and finds its words and shapes there."""

import json
import os
import shutil
import subprocess
import sys
from email import message_from_string
from pathlib import Path

import pytest

from tests.arch.house_rules import PRODUCT, ROOT

LOOK = """
import json, sys
sys.path.insert(0, sys.argv[1])
from importlib import resources
from jinja2 import Environment, meta
import templates
from kernel import i18n, render

environment = Environment(loader=render.loader, autoescape=True)
render.furnish(environment)
names = environment.list_templates(extensions=["html", "txt", "svg", "xml"])
shapes = [name for name in names if not name.startswith("messages/")]
referred = set()
for name in shapes:
    environment.get_template(name)
    text = environment.loader.get_source(environment, name)[0]
    referred |= set(meta.find_referenced_templates(environment.parse(text)))
print(json.dumps({
    "place": str(resources.files(templates)),
    "shapes": shapes,
    "missing": sorted(name for name in referred - set(shapes) if name),
    "said": [i18n.text("problem.what", lang) for lang in i18n.LANGS],
}))
"""

RENDER = """
import json, sys
sys.path.insert(0, sys.argv[1])
from jinja2 import Environment, meta
from kernel import render


class Anything(int):
    '''Stands for any value a page is given: number, text, list of two, function.'''
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything(7)
    def __call__(self, *words, **facts): return Anything(7)
    def __getitem__(self, key): return "7777" if isinstance(key, slice) else Anything(7)
    def __iter__(self): return iter([Anything(7), Anything(7)])
    def __len__(self): return 2
    def __contains__(self, other): return True
    def __str__(self): return "7"
    def keys(self): return ["seven"]
    def get(self, *words): return Anything(7)
    def items(self): return [("seven", Anything(7))]


environment = Environment(loader=render.loader, autoescape=True)
render.furnish(environment)
shapes = [name for name in environment.list_templates(extensions=["html", "txt", "xml"])
          if not name.startswith("messages/")]
lengths = {}
free = {"langs", "here", "form_tokens", "url_for", "request", "mishap", "typed"}
for name in environment.list_templates(extensions=["html", "txt", "xml"]):
    source = environment.loader.get_source(environment, name)[0]
    free |= meta.find_undeclared_variables(environment.parse(source))
for lang in ("zh-CN", "en"):
    said = {"lang": lang, "t": lambda id, **facts: str(id)}
    for name in shapes:
        template = environment.get_template(name)
        given = {key: Anything(7) for key in free - {"kwargs", "varargs", "caller"} if key not in environment.globals}
        lengths[name] = len(template.render({**given, **said}))
print(json.dumps(lengths))
"""


def run(command, folder):
    """Run a program in ``folder`` that knows nothing of this tree; return what it printed."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def package_files(root):
    """Return every file of the product's packages below ``root``, bytecode apart."""
    found = (path for name in PRODUCT for path in (root / name).rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix() for path in found if "__pycache__" not in path.parts}


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The wheel of this tree, built from a copy and installed into a folder of its own."""
    tree, dist, target = (tmp_path_factory.mktemp(name) for name in ("tree", "dist", "target"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree)
    for name in PRODUCT:
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    run(["-m", "build", "--wheel", "--no-isolation", "--outdir", dist, tree], dist)
    (wheel,) = dist.glob("*.whl")
    run(["-m", "uv", "pip", "install", "--offline", "--no-deps", "--target", target, wheel], dist)
    return target


def test_every_file_of_the_packages_is_in_the_wheel(installed):
    """A template, a message file or a script was added: it is package data like the others."""
    assert package_files(installed) == package_files(ROOT)


def test_every_template_loads_outside_the_tree(installed, tmp_path):
    """The installed package is asked from an empty folder: each template compiles there."""
    seen = json.loads(run(["-I", "-c", LOOK, installed], tmp_path))

    assert Path(seen["place"]) == installed / "templates"
    assert set(seen["shapes"]) == {
        path.relative_to(ROOT / "templates").as_posix()
        for path in (ROOT / "templates").rglob("*")
        if path.suffix in (".html", ".txt", ".svg", ".xml") and path.parent.name != "messages"
    }
    assert seen["missing"] == []
    assert len(set(seen["said"])) == 2


def test_every_template_renders_outside_the_tree(installed, tmp_path):
    """Each page is filled in, in both languages, with values that can be anything."""
    lengths = json.loads(run(["-I", "-c", RENDER, installed], tmp_path))

    assert set(lengths) >= {"layout.html", "errors/problem.html", "storefront/offer.html"}
    pages = {name for name in lengths if not Path(name).name.startswith("_")}
    assert [name for name in pages if lengths[name] < 100 and name != "parts.html"] == []


def test_the_counter_is_not_made_to_carry_the_server(installed):
    """Database, server and payments come with [server] alone, the printer with [terminal]."""
    (written,) = installed.glob("*.dist-info/METADATA")
    told = message_from_string(written.read_text(encoding="utf-8"))

    needed = {line.split("==")[0].split(">")[0].split("[")[0]: line for line in told_needs(told)}

    assert {"server", "terminal"} <= set(told.get_all("Provides-Extra", []))
    for package in ("sqlalchemy", "psycopg", "alembic", "stripe", "lxml"):
        assert 'extra == "server"' in needed[package]
    assert 'extra == "terminal"' in needed["python-escpos"]
    assert "extra" not in needed["cryptography"]


def told_needs(metadata):
    """Return the lines that say what the package needs."""
    return metadata.get_all("Requires-Dist", [])
