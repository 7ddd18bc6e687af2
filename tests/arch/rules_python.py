"""House rules of what code may use: numbers, time, transactions, Flask, the checker's means."""

import ast
import re
import sys
from collections.abc import Iterator

from tests.arch.house_rules import PRODUCT, ROOMS, Finding, Source, rule

SECONDS = re.compile(
    r"(?i)(^|_)(s|seconds?|timeout|interval|delay|begun|deadline|until|buckets|parse_float)$"
)
NOT_OF_THE_BOOKS = {
    "kernel/metrics.py": "seconds measured",
    "shop/duties.py": "seconds between two runs of a duty",
    "shop/worker.py": "seconds between two runs of a duty",
    "bonded_display/display/labels.py": "points on paper",
    "bonded_display/display/qr.py": "points on paper",
    "bonded_display/display/typeset.py": "points on paper",
}
"""Files whose fractions are no figure of the books, and what they are instead."""
WAITS = frozenset(
    "sleep wait join settimeout select receive get isinstance create_connection".split()
)
WEB = re.compile(r"(^|/)web/|^(shop/app|kernel/web)\.py$|^simulators/")
FLASK = frozenset({"flask", "werkzeug", "apiflask", "flask_login", "flask_wtf", "flask_limiter"})
CHECKER = frozenset({"lxml", "gmalg", "pypdfium2", "zxingcpp"})
CLOCKS = frozenset(
    {"time.time", "time.time_ns", "datetime.now", "datetime.utcnow", "datetime.today"}
    | {"date.today", "func.now", "func.current_timestamp"}
)
ENDINGS = frozenset({"commit", "rollback", "begin", "begin_nested", "write"})


@rule(
    within=PRODUCT,
    bad={
        "settlement/rate.py": "rate = 0.13\n",
        "settlement/cast.py": "def f(x): return float(x)\n",
        "shop/typed.py": "def f(price: float) -> None: ...\n",
    },
    good={
        "kernel/wait.py": "import time\nPOLL_S = 0.5\ntime.sleep(0.1)\nf(timeout_s=2.5)\n",
        "kernel/pause.py": "def pause_s() -> float: return 0.5\nf({'poll_interval': 0.1})\n",
        "pos/terminal/cli.py": "verb.add_argument('--every-s', type=float, default=2.0)\n",
        "kernel/metrics.py": "fast = (0.001, 0.01)\n",
        "kernel/typed.py": "def f(x: object, timeout_s: float = 0.5): return isinstance(x, float)",
    },
)
def no_float(source: Source) -> Iterator[Finding]:
    """Money and quantities are integers; only seconds and points on paper have a fraction."""
    if source.path in NOT_OF_THE_BOOKS:
        return
    for node in ast.walk(source.tree):
        literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
        named = isinstance(node, ast.Name) and node.id == "float"
        if (literal or named) and not any(_is_wait(up) for up in source.above(node)):
            yield Finding(source, node.lineno, "a float: fen, _e5 and _bp are integers")


def _is_wait(node: ast.AST) -> bool:
    return any(SECONDS.search(name) for name in _names_of_what_holds(node)) or (
        isinstance(node, ast.Call) and _last_name(node.func) in WAITS
    )


def _names_of_what_holds(node: ast.AST) -> list[str]:
    """Return the names under which ``node`` gives or keeps a value."""
    match node:
        case ast.keyword(arg=str(name)) | ast.arg(arg=name) | ast.FunctionDef(name=name):
            return [name]
        case ast.Call(args=[ast.Constant(value=str(option)), *_]):
            return [option.replace("-", "_")]
        case ast.arguments():
            return [arg.arg for arg in (*node.args, *node.kwonlyargs)]
        case ast.Dict():
            return [str(key.value) for key in node.keys if isinstance(key, ast.Constant)]
        case ast.Assign():
            return [_last_name(target) for target in node.targets]
        case ast.AnnAssign():
            return [_last_name(node.target)]
    return []


@rule(
    within=ROOMS,
    bad={
        "shop/order/late.py": "import time\nat = time.time_ns()\n",
        "settlement/day.py": "from datetime import date\non = date.today()\n",
        "kernel/stamp.py": "from sqlalchemy import func\nx = func.now()\n",
    },
    good={
        "kernel/clock.py": "import time\nat = time.time_ns()\n",
        "pos/told.py": "from kernel import clock\nimport time\nat = clock.now()\ntime.monotonic()\n",
    },
)
def one_clock(source: Source) -> Iterator[Finding]:
    """What time it is, the kernel's clock says: a test can set it, a group reads it once."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and source.path != "kernel/clock.py":
            name = f"{_last_name(node.value)}.{node.attr}"
            if name in CLOCKS:
                yield Finding(source, node.lineno, f"{name}: ask kernel.clock")


@rule(
    within=ROOMS,
    bad={
        "shop/a.py": "def take_many(conn, rows):\n    conn.execute(x, rows)\n    conn.commit()\n",
        "shop/b.py": "def take_many(batch, rows):\n    with db.write() as conn: ...\n",
    },
    good={"shop/c.py": "def take_many(batch, rows):\n    batch.insert(t, rows)\n"},
)
def many_never_commit(source: Source) -> Iterator[Finding]:
    """A ``*_many`` function writes in its caller's transaction and never ends one."""
    for function in source.functions():
        calls = (node for node in ast.walk(function) if isinstance(node, ast.Call))
        for call in calls:
            if function.name.endswith("_many") and isinstance(call.func, ast.Attribute):
                name = call.func.attr
                if name in ENDINGS:
                    yield Finding(source, call.lineno, f"{function.name} calls {name}")


@rule(
    within=PRODUCT,
    bad={
        "shop/place_order.py": "from flask import request\n",
        "pos/server/intake.py": "import werkzeug.exceptions\n",
    },
    good={
        "bonded_display/web/pages.py": "from flask import request\n",
        "pos/terminal/web/till.py": "import flask\n",
        "shop/app.py": "import flask\n",
        "simulators/stripe.py": "import flask\n",
    },
)
def flask_in_web(source: Source) -> Iterator[Finding]:
    """Only web folders, the wiring and the kernel's glue know that there is HTTP."""
    for line, module in imported(source):
        if module.split(".")[0] in FLASK and not WEB.search(source.path):
            yield Finding(source, line, f"{module} belongs into a web folder")


@rule(
    within=("tests/check_demo", "tests/check_demo.py"),
    bad={"tests/check_demo.py": "from kernel import money\n"},
    good={"tests/check_demo/sums.py": "import json\nfrom lxml import etree\nimport gmalg\n"},
)
def checker_alone(source: Source) -> Iterator[Finding]:
    """Who checks the demo shares nothing with what it checks."""
    for line, module in imported(source):
        top = module.split(".")[0]
        own = module == "tests" or module.startswith("tests.check_demo")
        if not own and top not in sys.stdlib_module_names and top not in CHECKER:
            yield Finding(source, line, f"{module} is not the checker's")


def imported(source: Source) -> Iterator[tuple[int, str]]:
    """Return the line and full name of every module that ``source`` imports."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.lineno, node.module or ""


def _last_name(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
