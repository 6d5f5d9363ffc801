"""The shape of what the desk posts. Right and state are the verbs' to judge."""

import re
from typing import Any, cast

from django import forms

from revenue import clock, delegations
from revenue.models import Role, User
from review import buyer_time, decisions
from review.decisions import bulk
from review.models import EscalationVerdict

CARRIED = ("revision", "context_hash", "served", "dwell_ms")  # by the card, typed by nobody
SEEN = re.compile(r"([0-9]{1,17}):([0-9]{1,9}):([0-9a-f]{0,64})")


def _verdict(*, required: bool) -> forms.ChoiceField:
    faults = dict.fromkeys(("required", "invalid_choice"), "Choose one of the three answers.")
    return forms.ChoiceField(
        choices=EscalationVerdict.choices, required=required, error_messages=faults
    )


class Seen(forms.Form):
    """What the person was looking at, and for how long."""

    revision = forms.IntegerField(min_value=1)

    def words(self) -> str:
        """The first fault as one sentence."""
        name, faults = next(iter(self.errors.items()))
        if name in CARRIED:
            return "This card lost its number. Reload the page and decide again."
        return f"Your note: {faults[0]}" if name == "note" else str(faults[0])


class Judged(Seen):
    context_hash = forms.CharField(max_length=64, required=False)
    served = forms.CharField(required=False)
    dwell_ms = forms.IntegerField(required=False)
    verdict = _verdict(required=False)


class Lines(forms.Field):
    """As many texts as were sent under one name."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: list[str] | None) -> list[str]:
        return value or []


class Approve(Judged):
    vouched = Lines(required=False)


class Bulk(forms.Form):
    """What a preview showed: item, revision and context of each."""

    seen = Lines(required=False)

    def clean_seen(self) -> list[bulk.Seen]:
        found = [SEEN.fullmatch(text) for text in self.cleaned_data["seen"]]
        if not all(found):
            raise forms.ValidationError("This preview lost its numbers. Select the drafts again.")
        return [bulk.Seen(int(one[1]), int(one[2]), one[3]) for one in found if one]


class Edit(Judged):
    """A text, and with a name the wish that it is to be for later drafts: `preference`."""

    vouched = Lines(required=False)
    subject = forms.CharField(required=False)
    body = forms.CharField(required=False, strip=False)
    preference_name = forms.CharField(max_length=60, required=False)
    preference_text = forms.CharField(max_length=300, required=False)
    preference_team = forms.BooleanField(required=False)

    preference_rewrite = forms.BooleanField(required=False)

    def preference(self) -> dict[str, Any]:
        """What `decisions.save_preference` takes; nothing where none is to be saved."""
        given = [self.cleaned_data.pop(f"preference_{name}") for name in ("name", "text", "team")]
        return dict(zip(("name", "text", "for_team"), given, strict=True)) if given[0] else {}


class Reject(Judged):
    reason = forms.ChoiceField(
        choices=list(decisions.REASONS.items()),
        error_messages={
            "required": "Choose a reason.",
            "invalid_choice": "Choose one of the nine reasons.",
        },
    )
    note = forms.CharField(max_length=1000, required=False)

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("reason") == "other" and not self.cleaned_data.get("note"):
            raise forms.ValidationError("Say in a few words why, or choose another reason.")
        return self.cleaned_data


class Rewrite(Seen):
    note = forms.CharField(max_length=1000, required=False)


class Snooze(Seen):
    preset = forms.ChoiceField(
        choices=[(name, name) for name in buyer_time.NAMES],
        error_messages={"required": "Choose a time.", "invalid_choice": "Choose one of the times."},
    )


class Reassign(Seen):
    to = forms.ModelChoiceField(
        User.objects.none(),
        error_messages={
            "required": "Choose a colleague.",
            "invalid_choice": "Choose somebody of your team.",
        },
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ModelChoiceField, self.fields["to"]).queryset = colleagues(by)


class Resolve(Seen):
    verdict = _verdict(required=True)
    note = forms.CharField(max_length=1000, required=False)


def colleagues(by: User) -> Any:
    """Whom this person may hand an item to: their team, the managers last."""
    if by.team_id is None:
        return User.objects.none()
    rows = User.objects.filter(team=by.team_id, is_active=True).exclude(pk=by.pk)
    return rows.exclude(role=Role.ADMIN).order_by("-role", "first_name", "last_name", "pk")


def present(by: User) -> Any:
    """Those of them who are not away."""
    return delegations.here(colleagues(by), at=clock.now())
