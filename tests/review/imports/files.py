"""Small files for the import pages, and the way to a preview of them."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.urls import reverse

from revenue.models import ImportBatch
from review.setup import jobs
from tests.review.setup.doors import client

ACCOUNTS = "account,sector,employees\nCondax,retail,410\nDomzoom,medical,95\n"
CONTACTS = (
    "account,first_name,last_name,email\n"
    "Condax,Yara,Zhou,yara@condax.example\n"
    "Condax,Bob,Stone,bob@\n"
)
DEALS = (
    "opportunity_id,account,product,deal_stage,engage_date,close_date,close_value\n"
    "D1,Condax,GTX Pro,Won,10/20/2016,3/1/2017,1054\n"
    "D2,Condax,GTX Pro,Prospecting,11/1/2016,,\n"
)
PRICES = "product,series,sales_price\nGTX Pro,GTX,4821\n"


def file(name: str, content: str | bytes) -> SimpleUploadedFile:
    data = content if isinstance(content, bytes) else content.encode()
    return SimpleUploadedFile(name, data, content_type="text/csv")


def upload(who: str = "admin", **contents: str | bytes) -> HttpResponse:
    """Each keyword is a file: `accounts=…` becomes accounts.csv."""
    files = [file(f"{name}.csv", content) for name, content in contents.items()]
    return client(who).post(reverse("import_upload"), {"files": files})


def commit(batch: ImportBatch, who: str = "admin") -> HttpResponse:
    """Say yes to a preview, let the background work happen, and look again."""
    browser = client(who)
    browser.post(reverse("import_commit", args=[batch.pk]))
    while jobs.work(seconds=60):
        pass
    return browser.get(reverse("import_check", args=[batch.pk]), follow=True)


def preview(who: str = "admin", **contents: str | bytes) -> ImportBatch:
    upload(who, **contents)
    return ImportBatch.objects.get(state="preview")
