"""What a manager types about a lane: the settings tried and saved, a reason, what an error costs.

A form checks the shape; which target or tolerance is possible, `autonomy` says, in its own words.
"""

import math
from collections.abc import Callable
from typing import Any

from django import forms

from review import autonomy
from review.autonomy import Refused, lanes
from review.models import Critical, Lane

LOSSES = {
    "0": "0: as good as unchanged",
    "0.1": "0.1: a tenth of a draft",
    "0.5": "0.5: half a draft",
}
A_COST = "Write a number above 0, and at most 1,000,000."
NO_NUMBER = math.nan


class ReasonForm(forms.Form):
    """Whatever is decided about a lane, somebody says why. `pattern` of the ids: one page has
    several."""

    reason = forms.CharField(
        label="Why", required=False, max_length=300, strip=True,
        error_messages={"max_length": "Say it in 300 characters at most."},
    )  # fmt: skip


class Knobs(forms.Form):
    """Settings to try. The slider and the field say the same; without a script the one that was
    moved counts, so the form remembers `was`. The cleaned target is a share."""

    slide = forms.CharField(required=False)
    was = forms.CharField(required=False, widget=forms.HiddenInput)
    target = forms.FloatField(label="Target in percent", required=False)
    tolerated = forms.FloatField(
        label="Bad drafts I can tolerate before the first is caught", required=False
    )
    minor_loss = forms.ChoiceField(
        label="What a change of wording costs", choices=list(LOSSES.items()), required=False
    )

    def __init__(self, data: dict[str, Any], *, lane: Lane, **more: Any) -> None:
        super().__init__(_with_one_target(knobs_of(lane) | data), **more)
        self.lane = lane
        low, high = 100 * lanes.floor(lane.output_class), 100 * lanes.HIGHEST
        bounds = {"min": f"{low:g}", "max": f"{high:g}", "step": "0.5"}
        self.fields["slide"].widget = forms.NumberInput({"type": "range", **bounds})
        self.fields["target"].widget = forms.NumberInput(bounds)
        self.fields["target"].help_text = f"{low:g} to {high:g}."
        most = autonomy.most_tolerated(lane)
        self.fields["tolerated"].widget = forms.NumberInput(
            {"min": "0", "max": f"{most:g}", "step": "any"}
        )
        self.fields[
            "tolerated"
        ].help_text = f"0 to {most:g}. With {most:g}, 1 in {most + 1:g} is checked."
        _speaking(self.fields["target"], autonomy.checked_target, lane)
        _speaking(self.fields["tolerated"], autonomy.checked_tolerated, lane)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        self._settle("target", 100, autonomy.checked_target, values)
        self._settle("tolerated", 1, autonomy.checked_tolerated, values)
        loss = values.get("minor_loss")
        values["minor_loss"] = float(loss) if loss else self.lane.minor_loss
        return values

    def _settle(
        self, name: str, unit: int, check: Callable[[Lane, float], float], values: dict[str, Any]
    ) -> None:
        """What was not written stays as it is."""
        if name in self.errors:
            return
        given = values.get(name)
        share = getattr(self.lane, name) if given is None else round(given / unit, 6)
        try:
            values[name] = check(self.lane, share)
        except Refused as error:
            self.add_error(name, error.words)


def _with_one_target(data: dict[str, Any]) -> dict[str, Any]:
    slide, was, target = data["slide"], data["was"], data["target"]
    chosen = slide if target == was else target
    return data | {"slide": chosen, "was": chosen, "target": chosen}


def _speaking(field: forms.Field, check: Callable[[Lane, float], float], lane: Lane) -> None:
    """What is no number at all is refused in the words of what would be possible."""
    try:
        check(lane, NO_NUMBER)
    except Refused as error:
        field.error_messages["invalid"] = error.words


class SaveForm(Knobs, ReasonForm):
    """The same, to be kept. `seen` is the policy that stood on the page."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


def knobs_of(lane: Lane) -> dict[str, Any]:
    """The form's fields as the lane stands."""
    target = f"{100 * lane.target:g}"
    return {
        "slide": target, "was": target, "target": target, "tolerated": f"{lane.tolerated:g}",
        "minor_loss": f"{lane.minor_loss:g}",
    }  # fmt: skip


class CostForm(forms.Form):
    """What a review and an error cost, in any unit as long as it is the same."""

    review_cost = forms.FloatField(
        label="Reading one draft costs", min_value=0.000001, max_value=1_000_000,
        help_text="Say, 2 for two minutes.",
    )  # fmt: skip
    error_cost = forms.FloatField(
        label="A bad draft that leaves costs", min_value=0.000001, max_value=1_000_000,
        help_text="In the same unit, say 60.",
    )  # fmt: skip

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for field in self.fields.values():
            field.error_messages = dict.fromkeys(
                ("required", "invalid", "min_value", "max_value"), A_COST
            )
            field.widget = forms.NumberInput({"step": "any", "min": "0"})
            for validator in field.validators:
                vars(validator)["message"] = A_COST


class HarmForm(forms.Form):
    kind = forms.ChoiceField(
        label="What went wrong", choices=Critical.Kind.choices, widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose what went wrong."),
    )  # fmt: skip
    note = forms.CharField(
        label="What happened", required=False, max_length=300,
        error_messages={"max_length": "Say it in 300 characters at most."},
    )  # fmt: skip
