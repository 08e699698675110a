"""Mail leaves once, in turn, and a mail server that is away for a moment loses nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from base.flows import send_notices as sending
from base.flows.send_notices import MAX_TRIES, send_notices
from base.ids import database_now
from base.models import Notice
from base.tasks import send_notices as task

pytestmark = pytest.mark.django_db


def queue(to: str = "ann@example.com", **fields: Any) -> Notice:
    return Notice.objects.create(to=to, subject="Hello", body="Text", **fields)


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A mail server that refuses these addresses; everybody it was asked for."""
    asked: list[str] = []

    def send(subject: str, body: str, sender: str, to: list[str]) -> int:
        asked.extend(to)
        if to[0].startswith("away"):
            raise ConnectionRefusedError
        return 1

    monkeypatch.setattr(sending, "send_mail", send)
    return asked


def test_what_is_queued_is_sent_once() -> None:
    queue()
    queue("bob@example.com")
    assert (task(), task()) == (2, 0)
    assert [message.to for message in mail.outbox] == [["ann@example.com"], ["bob@example.com"]]
    assert set(Notice.objects.values_list("state", flat=True)) == {"sent"}
    assert not Notice.objects.filter(sent_at=None).exists()


def test_no_more_than_the_limit() -> None:
    for _ in range(5):
        queue()
    assert (send_notices(limit=3), send_notices(limit=3)) == (3, 2)


def test_one_round_tries_each_notice_once(away: list[str]) -> None:
    """A server that is away for a second must not use up all tries of a round in that second."""
    queue("away@example.com")
    queue("bob@example.com")
    assert send_notices() == 1
    assert sorted(away) == ["away@example.com", "bob@example.com"]
    assert Notice.objects.get(to="away@example.com").state == "queued"


def test_after_the_last_try_it_has_failed_and_is_left_alone(away: list[str]) -> None:
    notice = queue("away@example.com")
    for _ in range(MAX_TRIES + 2):
        assert send_notices() == 0
    notice.refresh_from_db()
    assert (notice.state, notice.tries, len(away)) == ("failed", MAX_TRIES, MAX_TRIES)


def test_those_that_failed_before_wait_behind_the_new_ones(away: list[str]) -> None:
    queue("old@example.com", tries=2)
    queue("new@example.com")
    send_notices()
    assert away == ["new@example.com", "old@example.com"]


def test_a_mail_that_another_sender_has_in_hand_is_left_alone() -> None:
    """Two senders at once: the second comes while the first still talks to the mail server."""
    queue()
    seconds: list[int] = []

    def slow(subject: str, body: str, sender: str, to: list[str]) -> int:
        seconds.append(send_notices())
        return 1

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sending, "send_mail", slow)
        assert send_notices() == 1
    assert seconds == [0]
    assert Notice.objects.get().state == "sent"


def test_what_a_dead_sender_had_in_hand_is_sent_later() -> None:
    notice = queue(claimed_at=database_now() - sending.CLAIM + timedelta(seconds=30))
    assert send_notices() == 0
    Notice.objects.filter(pk=notice.pk).update(claimed_at=database_now() - sending.CLAIM)
    assert send_notices() == 1
