"""From the start of the web server to its first page, and what a first visit of the desk loads."""

import gzip
import re
import resource
from pathlib import Path

from django.contrib.staticfiles import finders
from django.urls import reverse

from tests.bench import scene, web
from tests.bench.figures import median, report
from tests.bench.sizes import Size

STARTS = 3
CARDS = 8
LINK = re.compile(r"""(?:src|href)="([^"#]+)\"""")
IN_SCRIPT = re.compile(r"""(?:from|import)\s*\(?["']([^"']+)["']""")


def run(size: Size) -> None:
    used = cpu_of_the_ended()
    times = [seconds_to_first_page() for _ in range(STARTS)]
    used = (cpu_of_the_ended() - used) / STARTS
    report("web start to first page", median(times), "s", n=STARTS, most=3, cpu_s=used)
    scene.company()
    rep = scene.rep()
    for pk in scene.book(CARDS, owner=rep):
        scene.on_the_desk(pk)
    page = web.client(rep).get(reverse("desk")).content
    files = loaded(page.decode())
    weight = len(gzip.compress(page)) + sum(map(compressed, files))
    report("page weight of the desk, first visit", weight / 1000, "kB", n=1 + len(files), most=120,
           page_kb=len(gzip.compress(page)) / 1000, foreign=foreign(page.decode()))  # fmt: skip


def seconds_to_first_page() -> float:
    with web.serving() as (_, seconds):
        return seconds


def cpu_of_the_ended() -> float:
    """Seconds of all processes that were started here; a busy machine changes them little."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime


def loaded(page: str) -> set[str]:
    """The files of the page, of its style sheets and scripts; a font only once it is used."""
    tags = re.findall(r"<(?:link|script|img|use)\b[^>]*>", page)
    found = {path for tag in tags for path in LINK.findall(tag)}
    files = {path.removeprefix("/static/").partition("#")[0] for path in found
             if path.startswith("/static/")}  # fmt: skip
    return files | {inner for one in files for inner in imported(one)}


def imported(name: str) -> set[str]:
    path = Path(finders.find(name))
    if path.suffix != ".js":
        return set()
    here = IN_SCRIPT.findall(path.read_text(encoding="utf-8"))
    return {str(Path(name).parent / inner) for inner in here if inner.startswith("./")}


def compressed(name: str) -> int:
    """Fonts are compressed already."""
    content = Path(finders.find(name)).read_bytes()
    return len(content) if name.endswith(".woff2") else len(gzip.compress(content))


def foreign(page: str) -> int:
    """How many requests would leave the origin."""
    tags = re.findall(r"<(?:link|script|img|iframe)\b[^>]*>", page)
    return sum(path.startswith(("http", "//")) for tag in tags for path in LINK.findall(tag))
