"""One ear on Redis for all open lines of this process: it wakes those whose topic has rung.

Redis carries no news, only rings. While it is away, `is_up` is False and the lines ask the database every
second instead. Without a line there is no connection.
"""

import asyncio
import contextlib
import logging
from collections.abc import Collection, Iterator

from redis.asyncio import Redis
from redis.exceptions import RedisError

from base.flows.ring import LIVE_CHANNEL

REST_SECONDS = 1.0
PATIENCE_SECONDS = 5.0
log = logging.getLogger(__name__)


class Doorbell:
    """Use from one event loop only."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_up = False
        self._lines: dict[asyncio.Event, frozenset[str]] = {}
        self._ear: asyncio.Task[None] | None = None

    @contextlib.contextmanager
    def heard_by(self, bell: asyncio.Event, topics: Collection[str]) -> Iterator[None]:
        """While open, `bell` is set whenever one of `topics` rings, or a ring may have been missed."""
        self._lines[bell] = frozenset(topics)
        if self._ear is None or self._ear.done():
            self._ear = asyncio.create_task(self._listen())
        try:
            yield
        finally:
            del self._lines[bell]
            if not self._lines and self._ear is not None:
                self._ear.cancel()
                self._ear = None

    def _ring(self, topic: str | None = None) -> None:
        for bell, topics in self._lines.items():
            if topic is None or topic in topics:
                bell.set()

    async def _listen(self) -> None:
        while True:
            try:
                await self._hear()
            except (RedisError, OSError) as error:
                level = logging.WARNING if self.is_up else logging.DEBUG
                log.log(level, "live pages ask the database: %s", type(error).__name__)
            finally:
                was_up, self.is_up = self.is_up, False
            if was_up:
                self._ring()  # lines that wait for a ring begin to ask by themselves
            await asyncio.sleep(REST_SECONDS)

    async def _hear(self) -> None:
        redis = Redis.from_url(self.url, socket_connect_timeout=1, health_check_interval=5)
        async with redis, redis.pubsub(ignore_subscribe_messages=True) as ear:
            await ear.subscribe(LIVE_CHANNEL)
            self.is_up = True
            self._ring()
            while True:
                message = await ear.get_message(timeout=PATIENCE_SECONDS)
                if message is not None:
                    self._ring(message["data"].decode())
