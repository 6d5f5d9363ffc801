"""The laws of the house, each a rule over the text of the code, each with examples of failure."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.house import ROOT, Module, modules

Rule = Callable[[Module], list[str]]

CATCH_ALL = {
    "utils",
    "util",
    "core",
    "extras",
    "services",
    "service",
    "helpers",
    "helper",
    "common",
}
LONGEST = 400


def only_one_importer(module: Module) -> list[str]:
    """`openai` in agents/llm.py, `django_q` in review/tasks.py, and nowhere else."""
    home = {"openai": "agents.llm", "django_q": "review.tasks"}
    return [
        name
        for name in module.imports()
        if module.name != home.get(name.partition(".")[0], module.name)
    ]


def imports_inside_functions(module: Module) -> list[str]:
    functions = [node for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef)]
    inner = (node for function in functions for node in ast.walk(function))
    return [ast.unparse(node) for node in inner if isinstance(node, ast.Import | ast.ImportFrom)]


def signals_used_for_flow(module: Module) -> list[str]:
    """Django's signals prepare a database after `migrate`; they move nothing."""
    if module.name.endswith(".apps"):
        return []
    return [name for name in module.imports() if ".signals" in name and name.startswith("django")]


def wiring_that_imports_upwards(module: Module) -> list[str]:
    if module.name not in ("revenue.settings", "revenue.urls"):
        return []
    return [name for name in module.imports() if name.partition(".")[0] in ("agents", "review")]


def time_from_elsewhere(module: Module) -> list[str]:
    """Every timer asks `clock.now()`: the database's time, one seam for the tests."""
    if module.name == "revenue.clock":
        return []
    calls = (node for node in ast.walk(module.tree) if isinstance(node, ast.Call))
    names = (ast.unparse(call.func) for call in calls)
    wrong = re.compile(r"^(datetime(\.datetime)?|timezone|date)\.(now|utcnow|today)$|^time\.time$")
    return [name for name in names if wrong.match(name)]


def functions_without_a_return_type(module: Module) -> list[str]:
    functions = (node for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef))
    return [function.name for function in functions if function.returns is None]


def rooms_for_everything(module: Module) -> list[str]:
    return [part for part in module.name.split(".") if part in CATCH_ALL]


def modules_that_are_too_long(module: Module) -> list[str]:
    lines = module.text.count("\n")
    return [f"{lines} lines"] if lines > LONGEST else []


def modules_without_a_docstring(module: Module) -> list[str]:
    is_empty = not module.text.strip()
    exempt = is_empty or module.name.endswith(".apps")
    return [] if exempt or ast.get_docstring(module.tree) else [module.name]


def models_without_a_writer(module: Module) -> list[str]:
    """A file of models says which module writes its rows."""
    has_models = bool(re.search(r"\((models\.Model|AbstractUser)\)", module.text))
    said = re.search(r"[Ww]ritten by|creates|writes", ast.get_docstring(module.tree) or "")
    return [module.name] if ".models." in module.name and has_models and not said else []


EXAMPLES: dict[Rule, tuple[str, str]] = {
    only_one_importer: ("agents.runtime", "from openai import OpenAI"),
    imports_inside_functions: ("revenue.events", "def f() -> None:\n    import json"),
    signals_used_for_flow: ("review.intake", "from django.db.models.signals import post_save"),
    wiring_that_imports_upwards: ("revenue.urls", "from review import views"),
    time_from_elsewhere: ("revenue.leases", "now = timezone.now()"),
    functions_without_a_return_type: ("revenue.leases", "def acquire(account):\n    pass"),
    rooms_for_everything: ("revenue.utils", "x = 1"),
    modules_that_are_too_long: ("revenue.leases", "x = 1\n" * 401),
    modules_without_a_docstring: ("revenue.leases", "x = 1"),
    models_without_a_writer: ("revenue.models.x", '"""Rows."""\nclass X(models.Model):\n    pass'),
}


@pytest.mark.parametrize("rule", EXAMPLES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_the_rule(rule: Rule) -> None:
    broken = {module.name: found for module in modules() if (found := rule(module))}
    assert broken == {}


@pytest.mark.parametrize("rule", EXAMPLES, ids=lambda rule: rule.__name__)
def test_a_planted_violation_is_found(rule: Rule) -> None:
    name, text = EXAMPLES[rule]
    assert rule(Module(name, text)) != []


# --- pages ----------------------------------------------------------------------------------------

FORBIDDEN = re.compile(
    r"\sstyle=|\son[a-z]+=\"|hx-on|<script(?![^>]*\ssrc=)|<style|javascript:|\|safe\b"
)


def what_the_policy_blocks(text: str) -> list[str]:
    return FORBIDDEN.findall(text)


def templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html"))


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_holds_nothing_that_the_content_security_policy_blocks(path: Path) -> None:
    assert what_the_policy_blocks(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "text",
    ['<p style="color:red">', '<a onclick="x()">', "<script>x()</script>", "{{ body|safe }}",
     '<div hx-on:click="x()">'],
)  # fmt: skip
def test_a_planted_blocked_part_is_found(text: str) -> None:
    assert what_the_policy_blocks(text) != []


# --- views ----------------------------------------------------------------------------------------


def views(patterns: list, place: str = "") -> Iterator[tuple[str, Callable]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from views(pattern.url_patterns, place + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield place + str(pattern.pattern), pattern.callback


def unguarded(view: Callable) -> bool:
    return not getattr(view, "is_guarded", False)


def test_every_view_of_ours_is_guarded() -> None:
    found = views(get_resolver().url_patterns)
    ours = [(place, view) for place, view in found if view.__module__.startswith("review.")]
    assert len(ours) > 3
    assert [place for place, view in ours if unguarded(view)] == []


def test_an_unguarded_view_is_found() -> None:
    assert unguarded(lambda request: None)


OTHER_CLOCKS = re.compile(r"{% *now |\|(timesince|timeuntil|naturaltime|naturalday)")


def test_no_template_asks_another_clock() -> None:
    assert OTHER_CLOCKS.search('{% now "Y" %}')
    assert OTHER_CLOCKS.search("{{ at|timesince }}")
    pages = (ROOT / "templates").rglob("*.html")
    assert [page.name for page in pages if OTHER_CLOCKS.search(page.read_text())] == []
