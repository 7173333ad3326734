"""House rules that no linter knows (DESIGN section 5)."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

SOURCE = Path(__file__).parents[2] / "platform" / "factually"
MODULES = sorted(SOURCE.rglob("*.py"))
OWN_HOUSE = "stripe_sandbox"
COMMIT_PLACES = {
    "foundation/database.py",
    # These two commit a text index on disk, no transaction.
    "independence/rescreening/donor_index.py",
    "independence/searching/building.py",
}
ENVIRONMENT_READERS = {"serving/context.py", "settings.py"}
LONGEST_FUNCTION = 40


def name_of(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def calls(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr


def commits(tree: ast.AST) -> set[str]:
    return {"commit", "rollback"} & set(calls(tree))


def long_functions(tree: ast.AST) -> list[str]:
    return [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and length_without_docstring(node) > LONGEST_FUNCTION
    ]


def length_without_docstring(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
    return (node.end_lineno or 0) - body[0].lineno + 1


def environment_reads(tree: ast.AST) -> set[str]:
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
        and node.attr in {"environ", "getenv"}
    }


def offenders(
    rule: Callable[[ast.AST], Collection[str]], allowed: Collection[str] = ()
) -> dict[str, list[str]]:
    found = {name_of(path): sorted(rule(tree_of(path))) for path in MODULES if name_of(path) not in allowed}
    return {name: broken for name, broken in found.items() if broken}


def test_only_the_database_module_commits() -> None:
    assert {name for name in offenders(commits, COMMIT_PLACES) if not name.startswith(OWN_HOUSE)} == set()


def test_no_function_is_longer_than_a_screen() -> None:
    assert offenders(long_functions) == {}


def test_only_the_settings_read_the_environment() -> None:
    assert offenders(environment_reads, ENVIRONMENT_READERS) == {}


def test_the_commit_rule_sees_a_commit() -> None:
    assert commits(ast.parse("def f(session):\n    session.commit()")) == {"commit"}


def test_the_length_rule_sees_a_long_function_and_forgives_a_docstring() -> None:
    long = "\n".join("    x = 1" for _ in range(LONGEST_FUNCTION + 1))
    told = '    """' + "\n".join("    words" for _ in range(LONGEST_FUNCTION)) + '"""'
    assert long_functions(ast.parse(f"def f():\n{long}\ndef g():\n{told}\n    return 1")) == ["f"]


def test_the_environment_rule_sees_a_read() -> None:
    assert environment_reads(ast.parse("import os\nkey = os.environ['KEY']")) == {"environ"}
