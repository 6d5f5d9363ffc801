"""A hundred decisions by 20 people, each on what somebody else decides at the same moment."""

from typing import Any

import pytest
from django.test import Client

from revenue.models import Workspace
from tests.races import contest, laws, verbs
from tests.smtp import Sink

ITEMS = 50


def post_of(client: Client) -> contest.Post:
    def post(path: str, fields: contest.Fields) -> tuple[int, str]:
        response = client.post(path, fields, headers={"HX-Request": "true"})
        return response.status_code, response.content.decode()

    return post


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_every_contested_item_is_decided_once_and_its_mail_leaves_once(
    workspace: Workspace, smtp: Sink, settings: Any
) -> None:
    people, clients = contest.managers(), [Client() for _ in range(contest.PEOPLE)]
    for person, client in zip(people, clients, strict=True):
        client.force_login(person)
    items = [verbs.pending().item for _ in range(ITEMS)]
    answers = contest.fought(people, [post_of(client) for client in clients], items)
    assert len(answers) == 2 * ITEMS
    assert contest.lost(answers) == []
    assert contest.untold(answers) == []
    contest.send_all()
    assert contest.sent_amiss(smtp.recipients) == []
    assert [words for item in items[:5] for words in laws.broken(item.account)] == []


def test_everybody_meets_everybody_once_in_a_tournament() -> None:
    met = [pair for turn in range(19) for pair in contest._round(turn, 20)]
    assert len({frozenset(pair) for pair in met}) == len(met) == 190
