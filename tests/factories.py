"""One cast for all tests: a rep, a colleague, an outsider, a manager, an admin, and their book."""

from datetime import date

import factory
from django.db.models import Model
from factory.django import DjangoModelFactory

from revenue import clock, events
from revenue.models import Account, Contact, Opportunity, Product, Task, Team, User


class TeamFactory(DjangoModelFactory):
    class Meta:
        model = Team
        django_get_or_create = ("name",)

    name = "Central"


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        django_get_or_create = ("username",)
        skip_postgeneration_save = True

    username = factory.Sequence(lambda number: f"person{number}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@seller.example")
    first_name = "Pat"
    last_name = factory.Sequence(lambda number: f"Person{number}")
    role = "rep"
    team = factory.SubFactory(TeamFactory)
    password = factory.django.Password("countersign")


class ProductFactory(DjangoModelFactory):
    class Meta:
        model = Product
        django_get_or_create = ("name",)

    name = "GTX Pro"
    series = "GTX"
    list_price = "4821.00"


class ToldFactory(DjangoModelFactory):
    """Rows whose state the log tells from their first one on."""

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model: type[Model], *args: object, **values: object) -> Model:
        row = super()._create(model, *args, **values)
        account = row if isinstance(row, Account) else row.account
        kind = f"{model._meta.model_name}.imported"
        events.append(kind, by="import", account=account, subject=row, stage=row.stage)
        return row


class AccountFactory(ToldFactory):
    class Meta:
        model = Account

    name = factory.Sequence(lambda number: f"Brookfield {number}")
    owner = factory.SubFactory(UserFactory)
    industry = "retail"
    number_of_employees = 410
    billing_country = "United States"


class ContactFactory(DjangoModelFactory):
    class Meta:
        model = Contact

    account = factory.SubFactory(AccountFactory)
    first_name = "Yara"
    last_name = "Zhou"
    title = "Plant Manager"
    buying_role = "user"
    time_zone = "America/Chicago"
    email = factory.Sequence(lambda number: f"yara.zhou{number}@brookfield.example")


class OpportunityFactory(ToldFactory):
    class Meta:
        model = Opportunity

    account = factory.SubFactory(AccountFactory)
    owner = factory.SelfAttribute("account.owner")
    product = factory.SubFactory(ProductFactory)
    stage = "prospecting"


class WonFactory(OpportunityFactory):
    stage = "won"
    is_closed = is_won = True
    amount = "550.00"
    product = factory.SubFactory(ProductFactory, name="GTX Basic", list_price="550.00")
    engaged_on = date(2017, 1, 9)
    closed_on = date(2017, 3, 1)


class TaskFactory(DjangoModelFactory):
    """Due today, by the reader's clock in UTC."""

    class Meta:
        model = Task

    account = factory.SubFactory(AccountFactory)
    owner = factory.SelfAttribute("account.owner")
    made_by = factory.SelfAttribute("owner")
    subject = "Send the quote"
    due_on = factory.LazyFunction(lambda: clock.now().date())
    created_at = factory.LazyFunction(lambda: clock.now())


def prospect(**more: object) -> Account:
    """An account with one person, a deal in stage Prospecting and one that was won."""
    account = AccountFactory(**more)
    ContactFactory(account=account)
    OpportunityFactory(account=account)
    WonFactory(account=account)
    return account
