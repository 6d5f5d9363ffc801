"""The import of the real files, and of files several times as long."""

import csv
import io
import shutil
import tempfile
from pathlib import Path

from django.core.management import call_command

from revenue.models import Opportunity
from tests.bench.figures import peak_mb, report, timed
from tests.bench.sizes import Size
from tests.house import ROOT

CRM = ROOT / "tests" / "data" / "crm"
DEALS = "sales_pipeline.csv"


def run(size: Size) -> None:
    took, rows = imported(CRM), Opportunity.objects.count()
    report("import of 8,800 opportunities", took, "s", n=1, most=10, rows=rows,
           profile=lambda: imported_again("p", 1))  # fmt: skip
    if not size.import_grows:
        return
    memory = peak_mb()
    longer = imported_again("x", size.import_grows)
    report(f"import of {size.import_grows} times the rows ÷ as many times the time",
           longer / took / size.import_grows, "ratio", n=1, most=1.2,
           rows=Opportunity.objects.count() - rows, more_mb=peak_mb() - memory)  # fmt: skip


def imported(folder: Path) -> float:
    return timed(lambda: call_command("import_crm", str(folder), stdout=io.StringIO()))


def imported_again(mark: str, times: int) -> float:
    """The same deals under other numbers, so many times over."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(shutil.copytree(CRM, Path(name) / "crm"))
        with (CRM / DEALS).open(newline="", encoding="utf-8") as file:
            head, *rows = csv.reader(file)
        with (folder / DEALS).open("w", newline="", encoding="utf-8") as file:
            out = csv.writer(file)
            out.writerow(head)
            for turn in range(times):
                out.writerows([f"{mark}{turn}{row[0]}", *row[1:]] for row in rows)
        return imported(folder)
