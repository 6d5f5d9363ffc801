"""The real export, imported and worked through the ordinary path: nearly every account has a mail
that waits, although all of them are customers."""

from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.models import Count

from revenue import clock
from revenue.models import Account
from review import guards, tasks
from review.models import ReviewItem

pytestmark = pytest.mark.django_db
CRM = Path(__file__).parent / "data" / "crm"


def names_a_product_of_its_deals(item: ReviewItem) -> bool:
    products = item.account.opportunities.exclude(product=None).values_list("product__name")
    text = f"{item.draft.subject}\n{item.draft.body}"
    return any(name in text for (name,) in products.distinct())


def test_the_real_accounts_get_mail_about_their_own_deals(workspace) -> None:
    out = StringIO()
    newest = (clock.now() - timedelta(days=20)).date()
    call_command("import_crm", str(CRM), "--shift-to", str(newest), stdout=out, stderr=out)
    rounds = 0
    while tasks.tick():
        rounds += 1
        assert rounds < 40
    waiting = ReviewItem.objects.pending().filter(draft__effect="buyer")
    items = list(waiting.select_related("draft", "account"))
    assert Account.objects.filter(stage="customer").count() == 85
    assert len([item for item in items if names_a_product_of_its_deals(item)]) >= 40
    of_the_text = {"merge", "claims", "price"}
    found = [one for item in items for one in guards.findings(item.draft)]
    assert [one.detail for one in found if one.guard in of_the_text] == []
    twice = waiting.values("account").order_by().annotate(found=Count("pk")).filter(found__gt=1)
    assert not twice.exists()
