"""The forms of an agent's page: a version up to the click, and what to try it on."""

from typing import Any, cast

from django import forms
from django.core.validators import RegexValidator
from django.http import QueryDict

from agents import trying
from agents.configs import Content
from agents.definitions import registry
from agents.models import AgentConfig, RoutingRule
from revenue.models import Account, User
from review.setup import owners
from review.setup.agents import Preview
from review.views.setup import ONE_LINE

MOST_CHARS = 20_000
TOKENS = (200, 32_000)
BUDGET = 10_000
MODEL = RegexValidator(
    r"\A[\w./:@+-]*\Z", "Write the model’s name as its provider spells it, without spaces."
)


def _one(words: str, *codes: str) -> dict[str, str]:
    return dict.fromkeys(codes, words)


class VersionForm(forms.Form):
    """`content` is what the version would say. `seen` and `seal` name what it was written over."""

    prompt = forms.CharField(
        label="Instructions", max_length=MOST_CHARS, strip=False,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "true"}),
        error_messages={
            "required": "Write the instructions. An agent without them cannot run.",
            "max_length": f"Shorten this to {MOST_CHARS:,} characters.",
        },
    )  # fmt: skip
    model = forms.CharField(
        label="Model", max_length=120, required=False, validators=[MODEL],
        help_text="Empty for the one of the installation.",
    )  # fmt: skip
    temperature = forms.FloatField(
        label="Temperature", min_value=0, max_value=2,
        help_text="0 repeats itself, 2 is wild.",
        error_messages=_one(
            "Write a number from 0 to 2, like 0.3.", "min_value", "max_value", "invalid", "required"
        ),
    )  # fmt: skip
    max_tokens = forms.IntegerField(
        label="Longest answer, in tokens", min_value=TOKENS[0], max_value=TOKENS[1],
        help_text="A token is about four letters. An answer that is cut is no answer.",
        error_messages=_one(
            f"Write a whole number from {TOKENS[0]} to {TOKENS[1]:,}.",
            "min_value", "max_value", "invalid", "required",
        ),
    )  # fmt: skip
    budget = forms.DecimalField(
        label="Budget a day, in US dollars", required=False, min_value=0, max_value=BUDGET,
        max_digits=8, decimal_places=2,
        help_text="Empty for none of its own. When it is spent, the agent waits for tomorrow.",
        error_messages=_one(
            f"Write an amount from 0 to {BUDGET:,}, like 2.50.",
            "min_value", "max_value", "invalid", "max_digits", "max_decimal_places",
            "max_whole_digits",
        ),
    )  # fmt: skip
    classes = forms.MultipleChoiceField(
        label="Classes it may write", required=False, widget=forms.CheckboxSelectMultiple,
        error_messages=_one("Choose among the classes of this agent.", "invalid_choice"),
    )  # fmt: skip
    note = forms.CharField(
        label="What you changed, and why", max_length=300, validators=[ONE_LINE],
        help_text="For whoever looks back.",
        error_messages={"required": "Say what you changed, for whoever looks back."},
    )  # fmt: skip
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    seal = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def __init__(self, *args: Any, agent: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.agent = agent
        rows = registry.get(agent).written if registry.knows(agent) else ()
        if not rows:
            del self.fields["classes"]
            return
        choices = [(row.name, row.label) for row in rows]
        cast(forms.ChoiceField, self.fields["classes"]).choices = choices

    @classmethod
    def of(cls, config: AgentConfig) -> "VersionForm":
        """What this version says, to be changed."""
        names = ("prompt", "model", "temperature", "max_tokens", "budget")
        initial = {name: getattr(config, name) for name in names} | {"seen": config.version}
        form = cls(agent=config.agent, initial=initial)
        form.initial["classes"] = sorted(set(form.names) - set(config.left_out))
        return form

    @property
    def names(self) -> list[str]:
        """Of the classes that there are."""
        if "classes" not in self.fields:
            return []
        return [row.name for row in registry.get(self.agent).written]

    def sealed(self, shown: Preview) -> "VersionForm":
        """The same words, over the version that was looked at just now."""
        values = cast(QueryDict, self.data).copy()
        values.update({"seen": str(shown.before.version), "seal": shown.seal})
        again = VersionForm(values, agent=self.agent)
        again.is_valid()
        return again

    def clean_prompt(self) -> str:
        """Browsers send line ends of their own."""
        prompt: str = self.cleaned_data["prompt"].replace("\r\n", "\n")
        if not prompt.strip():
            raise forms.ValidationError(self.fields["prompt"].error_messages["required"])
        return prompt

    def clean_classes(self) -> list[str]:
        """Who writes has something to write; who only chooses may do without."""
        chosen: list[str] = self.cleaned_data["classes"]
        if not chosen and registry.get(self.agent).writes:
            words = "Leave one class at least. To stop the agent, take it away or switch it off."
            raise forms.ValidationError(words)
        return chosen

    @property
    def content(self) -> Content:
        values = self.cleaned_data
        chosen = values.get("classes", ())
        return Content(
            values["prompt"], values["model"], values["temperature"], values["max_tokens"],
            values["budget"], tuple(name for name in self.names if name not in chosen),
        )  # fmt: skip


class TryForm(forms.Form):
    """On which account, and what the agent is to do there."""

    account = forms.CharField(
        label="Account", max_length=200, help_text="Its name, as it stands in the list.",
        error_messages={"required": "Name the account to try it on."},
    )  # fmt: skip
    rule = forms.TypedChoiceField(
        label="Task", coerce=int,
        error_messages=_one("Choose a task from the list.", "required", "invalid_choice"),
    )  # fmt: skip

    def __init__(self, *args: Any, agent: str, by: User, **more: Any) -> None:
        super().__init__(*args, **more)
        for field in self.fields.values():
            field.widget.attrs["form"] = "version"
        self.by, self.rules = by, {rule.pk: rule for rule in trying.tasks(agent)}
        cast(forms.ChoiceField, self.fields["rule"]).choices = [
            (rule.pk, rule.mandate.get("do") or "Go on from the last handoff.")
            for rule in self.rules.values()
        ]

    def clean_account(self) -> Account:
        name = self.cleaned_data["account"].strip()
        found = list(owners.visible(self.by).filter(name__iexact=name)[:2])
        if len(found) == 1:
            return found[0]
        several = f"Several accounts are called “{name}”. Choose another."
        raise forms.ValidationError(several if found else f"There is no account “{name}”.")

    @property
    def task(self) -> RoutingRule:
        return self.rules[self.cleaned_data["rule"]]
