"""Which decisions a person asks for: the shape of the history's address, and its filters in words.

A value that cannot be is told in a sentence and leaves its filter out. Days are the reader's own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from agents.definitions import registry
from agents.models import HUMAN
from revenue.models import Account, Role, User
from review.models import ApiToken, Decision
from review.views.keyset import link

FIRST, LAST = date(2000, 1, 1), date(2100, 1, 1)
A_DAY = f"Write a day as 2026-03-31, between {FIRST.year} and {LAST.year}."
EDITS = {"minor": "Minor edits", "major": "Major edits"}
UNDONE = {"yes": "Taken back", "no": "Not taken back"}


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        validators=[MinValueValidator(FIRST, A_DAY), MaxValueValidator(LAST, A_DAY)],
        error_messages={"invalid": A_DAY},
    )  # fmt: skip


def _choice(label: str, everything: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, required=False, choices=[("", everything)],
        error_messages={"invalid_choice": f"{label}: choose one of the list."},
    )  # fmt: skip


@dataclass(frozen=True)
class Chip:
    """A filter that is on, and the address without it."""

    words: str
    link: str


class Filters(forms.Form):
    q = forms.CharField(
        label="Search", required=False, max_length=200,
        error_messages={"max_length": "Search for 200 characters at most."},
    )  # fmt: skip
    account = forms.ModelChoiceField(
        Account.objects.none(), required=False, widget=forms.HiddenInput,
        error_messages={"invalid_choice": "This account is not among yours."},
    )  # fmt: skip
    verb = _choice("Decision", "Every decision")
    person = forms.ModelChoiceField(
        User.objects.none(), label="Decided by", required=False, empty_label="Everybody",
        error_messages={"invalid_choice": "Decided by: choose one of the list."},
    )  # fmt: skip
    output_class = _choice("Class", "Every class")
    agent = _choice("Written by", "Every agent")
    edit = _choice("Edited", "Edited or not")
    undone = _choice("Taken back", "Taken back or not")
    since = _day("From")
    until = _day("Until")
    automatic = forms.BooleanField(label="Left automatically", required=False)
    vouched = forms.BooleanField(label="Somebody vouched for words", required=False)

    def __init__(self, query: QueryDict, *, viewer: User) -> None:
        super().__init__(_readable(query))
        self.viewer = viewer
        _of(self, "account").queryset = Account.objects.for_user(viewer)
        _of(self, "person").queryset = people(viewer)
        more: dict[str, list[tuple[str, str]]] = {
            "verb": verbs(),
            "output_class": classes(), "agent": agents(viewer),
            "edit": list(EDITS.items()), "undone": list(UNDONE.items()),
        }  # fmt: skip
        for name, choices in more.items():
            field = _of(self, name)
            field.choices = [*field.choices, *choices]

    def clean(self) -> dict[str, Any]:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and since > until:
            self.add_error("until", "The last day lies before the first.")
        return self.cleaned_data

    def wanted(self) -> dict[str, Any]:
        """What the filters that are on and make sense ask for; both days belong to the time."""
        self.is_valid()
        values = {name: value for name, value in self.cleaned_data.items() if value}
        if "since" in values:
            values["since"] = _begin(values["since"])
        if "until" in values:
            values["until"] = _begin(values["until"] + timedelta(days=1))
        if "undone" in values:
            values["undone"] = values["undone"] == "yes"
        return values

    def chips(self, query: QueryDict) -> list[Chip]:
        self.is_valid()
        return [
            Chip(words(value, self), link(query, **{name: None}))
            for name, words in WORDS.items()
            if (value := self.cleaned_data.get(name))
        ]


def _of(form: forms.Form, name: str) -> Any:
    return cast(Any, form.fields[name])


def _readable(query: QueryDict) -> QueryDict:
    """No database keeps a NUL, so nothing is found by one."""
    found = query.copy()
    found["q"] = query.get("q", "").replace("\x00", "")
    return found


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _begun(words: str) -> str:
    return words[:1].upper() + words[1:]


def _label(name: str) -> Callable[[Any, Filters], str]:
    """What the list of this field calls a value."""
    return lambda value, form: str(dict(_of(form, name).choices)[value])


def _on(day: date) -> str:
    return f"{day:%-d %b %Y}"


WORDS: dict[str, Callable[[Any, Filters], str]] = {
    "q": lambda text, _: f"“{text}”",
    "account": lambda account, _: str(account),
    "verb": _label("verb"),
    "person": lambda person, form: "By you" if person == form.viewer else f"By {person}",
    "output_class": _label("output_class"),
    "agent": lambda agent, form: f"Written by {_label('agent')(agent, form)}",
    "edit": _label("edit"),
    "undone": _label("undone"),
    "since": lambda day, _: f"From {_on(day)}",
    "until": lambda day, _: f"Until {_on(day)}",
    "automatic": lambda _, __: "Left automatically",
    "vouched": lambda _, __: "Vouched for words",
}


def people(viewer: User) -> QuerySet[User]:
    """Who may have decided: the team, whoever left the company too."""
    team = Q(team=viewer.team_id) if viewer.team_id else Q(pk__in=[])
    rows = User.objects.filter(team | Q(pk=viewer.pk)).exclude(role=Role.ADMIN)
    return rows.order_by("first_name", "last_name", "pk")


def verbs() -> list[tuple[str, str]]:
    return [(verb.value, _begun(verb.label)) for verb in Decision.Verb]


def classes() -> list[tuple[str, str]]:
    return [(row.name, row.label) for row in registry.output_classes()]


def agents(viewer: User) -> list[tuple[str, str]]:
    """Our own, what a person wrote themself, then others that may write for these accounts."""
    here = Q(team=None) | Q(team=viewer.team_id)
    tokens = ApiToken.objects.filter(here, scope=ApiToken.Scope.DRAFTS)
    own = [(name, registry.label(name)) for name in registry.names()]
    outside = sorted({(token.signature, registry.label(token.signature)) for token in tokens})
    return [*own, (HUMAN, "A person"), *outside]
