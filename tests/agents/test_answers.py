"""What a model may answer, and what each kind of nonsense is called."""

import json
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field

from agents import answers
from agents.answers import Unreadable, parse
from agents.envelope import Envelope, schema
from agents.outputs import OutreachOutput, ProspectingOutput, RouterOutput


class Line(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    claim: str = Field(max_length=40)


class Verdict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    reason: str = Field(max_length=500)
    score: float = Field(ge=0, le=1, allow_inf_nan=False)
    lines: list[Line] = Field(max_length=3)


GOOD = {"reason": "Fine.", "score": 0.5, "lines": [{"claim": "one"}]}


def text(**changes: Any) -> str:
    return json.dumps(GOOD | changes)


def refused(raw: str, **how: Any) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        parse(raw, Verdict, **how)
    return caught.value


def test_a_valid_answer_is_a_value_without_notes() -> None:
    value, notes = parse(text(), Verdict)
    assert value == Verdict(**GOOD)
    assert notes == []


@pytest.mark.parametrize(
    "raw",
    [
        f"```json\n{text()}\n```",
        f"```\n{text()}\n```",
        f"\n ```JSON\r\n{text()}\r\n```\n",
    ],
)
def test_a_fenced_answer_is_accepted_and_noted(raw: str) -> None:
    value, notes = parse(raw, Verdict)
    assert value.reason == "Fine."
    assert len(notes) == 1
    assert "fence" in notes[0]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("I am sorry, but here is some prose.", answers.UNREADABLE),
        (f"Here you are: {text()}", answers.UNREADABLE),
        (f"```json\n{text()}\n``` and that is why", answers.UNREADABLE),
        (text()[:-1], answers.UNREADABLE),
        ("{'reason': 'single quotes'}", answers.UNREADABLE),
        ("<html><body>Bad gateway</body></html>", answers.UNREADABLE),
        ("", answers.DECLINED),
        (" \n\t ", answers.DECLINED),
        ('{"reason": "a", "reason": "b"}', answers.REPEATED),
        ('{"lines": [{"claim": "a", "claim": "a"}]}', answers.REPEATED),
        ('{"score": NaN}', answers.NOT_A_NUMBER),
        ('{"score": Infinity}', answers.NOT_A_NUMBER),
        ('{"score": -Infinity}', answers.NOT_A_NUMBER),
        ('{"score": 1e999}', answers.NOT_A_NUMBER),
        ('{"score": ' + "9" * 5000 + "}", answers.MALFORMED),
        ('{"score": 0.' + "9" * 5000 + "}", answers.MALFORMED),
        ("[" * 100_000 + "]" * 100_000, answers.MALFORMED),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, answers.MALFORMED),
        ("[" * 200 + "]" * 200, answers.MALFORMED),
        (text(reason="x" * 100_001), answers.TOO_LONG),
        ("[" + text() + "]", answers.WRONG_SHAPE),
        ('"a string"', answers.WRONG_SHAPE),
        ("null", answers.WRONG_SHAPE),
    ],
)
def test_nonsense_has_a_name(raw: str, words: str) -> None:
    assert refused(raw).words.startswith(words)


def test_a_cut_answer_says_so_even_when_it_could_be_read() -> None:
    assert refused(text(), finish_reason="length").words == answers.CUT


def test_a_refusal_is_a_refusal_whatever_stands_in_it() -> None:
    assert refused("I cannot help with that.", refused=True).words == answers.DECLINED
    assert refused(text(), finish_reason="content_filter").words == answers.DECLINED


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        (text(reason=7), "reason"),
        (text(score="0.5"), "score"),
        (text(score=1.5), "score"),
        (text(extra="key"), "extra"),
        (text(reason="x" * 501), "reason"),
        (text(lines=[{"claim": "one"}, {"claim": None}]), "lines.1.claim"),
        (text(lines=[{"claim": "one", "more": 1}]), "lines.0.more"),
        (text(lines=[{"claim": "one"}] * 4), "lines"),
        (json.dumps({"reason": "only"}), "score"),
    ],
)
def test_a_wrong_shape_names_the_path(raw: str, path: str) -> None:
    fault = refused(raw)
    assert fault.words.startswith(answers.WRONG_SHAPE)
    assert fault.path == path
    assert path in str(fault)


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("a\x00b", "ab"),
        ("a\ud800b", "ab"),
        ("a\u200bb\u200dc", "abc"),
        ("\ufeffa", "a"),
        ("a\u202eb\u2066c\u200f", "abc"),
        ("a\U000e0041\U000e0042\U000e007f", "a"),
        ("a\U000e0100\ufe0f", "a"),
        ("a\x1b[31mb", "a[31mb"),
    ],
)
def test_invisible_characters_are_removed_and_noted(dirty: str, clean: str) -> None:
    value, notes = parse(text(reason=dirty), Verdict)
    assert value.reason == clean
    assert any("reason" in note for note in notes)


def test_characters_that_are_not_escaped_are_removed_as_well() -> None:
    raw = text().replace("Fine.", "Fi\x00n\u200be.")
    value, notes = parse(raw, Verdict)
    assert value.reason == "Fine."
    assert "2 invisible" in notes[0]


@pytest.mark.parametrize("kept", ["line\nline\ttab", "Łódź, Sørensen, 東京", "naïve €5"])
def test_what_can_be_seen_stays(kept: str) -> None:
    value, notes = parse(text(reason=kept), Verdict)
    assert value.reason == kept
    assert notes == []


def test_the_parts_of_a_fault_can_be_printed() -> None:
    assert refused('{"a\\u202e\\u0000": 1, "a\\u202e\\u0000": 2}').path == "a"


# --- the output types -----------------------------------------------------------------------------

SKIP = {
    "decision": "skip",
    "output_class": "",
    "confidence": 0.9,
    "risk_flags": [],
    "evidence": [],
    "missing_context": [],
    "state_update": [],
    "handoff": None,
    "rationale": "Nothing to do.",
}
MAIL = SKIP | {
    "decision": "act",
    "output_class": "outreach.first_email",
    "to": "contact:5",
    "subject": "GTX Pro for Acme",
    "body_text": "Hi Yara,\n\nA mail.",
    "angle": "",
    "personalisation_fact_id": None,
    "cta": "",
    "asset_ids": [],
    "proposed_send_at": None,
    "step": 1,
    "stop_conditions": [],
}


def test_a_skip_is_an_answer() -> None:
    assert parse(json.dumps(SKIP), Envelope)[0].decision == "skip"


def test_a_mail_without_anything_in_it_may_be_skipped() -> None:
    empty = MAIL | {"decision": "skip", "to": "", "subject": "", "body_text": ""}
    assert parse(json.dumps(empty), OutreachOutput)[0].decision == "skip"


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"to": "yara@acme.example"}, "to"),
        ({"subject": ""}, "subject"),
        ({"subject": "two\nlines"}, "subject"),
        ({"body_text": "  "}, "body_text"),
        ({"body_text": "x" * 6001}, "body_text"),
        ({"confidence": 1.01}, "confidence"),
        ({"decision": "send"}, "decision"),
        ({"proposed_send_at": "tomorrow"}, "proposed_send_at"),
        ({"evidence": [{"claim": "x"}]}, "evidence.0.source_type"),
    ],
)
def test_a_mail_that_cannot_be_sent_names_its_field(change: dict[str, Any], path: str) -> None:
    with pytest.raises(Unreadable) as caught:
        parse(json.dumps(MAIL | change), OutreachOutput)
    assert caught.value.path == path


def test_a_contradiction_of_the_router_can_be_read_so_that_both_claims_can_be_shown() -> None:
    raw = json.dumps({"agent": "outreach", "verdict": "wait", "reason": "Both."})
    value, _ = parse(raw, RouterOutput)
    assert (value.agent, value.verdict) == ("outreach", "wait")


OUTPUTS = [OutreachOutput, ProspectingOutput, RouterOutput]


def nodes(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, list):
        return [found for entry in node for found in nodes(entry)]
    if not isinstance(node, dict):
        return []
    return [node, *(found for entry in node.values() for found in nodes(entry))]


@pytest.mark.parametrize("output", OUTPUTS)
def test_every_object_of_a_schema_is_closed_and_complete(output: type[BaseModel]) -> None:
    objects = [node for node in nodes(schema(output)) if node.get("type") == "object"]
    assert objects
    for node in objects:
        assert node["additionalProperties"] is False
        assert node["required"] == list(node["properties"])


@pytest.mark.parametrize("output", OUTPUTS)
def test_every_string_and_list_of_a_schema_is_bounded(output: type[BaseModel]) -> None:
    for node in nodes(schema(output)):
        if node.get("type") == "string" and "enum" not in node:
            assert "maxLength" in node
        if node.get("type") == "array":
            assert "maxItems" in node


@pytest.mark.parametrize("output", OUTPUTS)
def test_a_schema_without_bounds_keeps_its_fields(output: type[BaseModel]) -> None:
    plain = schema(output, bounded=False)
    assert list(plain["properties"]) == list(schema(output)["properties"])
    assert not any("maxLength" in node or "maxItems" in node for node in nodes(plain))
