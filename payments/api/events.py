"""What a till is told, for a client whose live line is lost: the same events in the same order."""

import time
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from merchants.core.roles import Action
from merchants.queries import till_for
from payments.queries.events import events_since, topics_of

MOST = 500


class Events(APIView):
    """GET /api/tills/<till>/events?after=<event>&limit=100"""

    class Asked(serializers.Serializer[object]):
        after = serializers.UUIDField(required=False)
        limit = serializers.IntegerField(min_value=1, max_value=MOST, default=100)

    def get(self, request: Request, till_id: UUID) -> Response:
        """`next` is where to go on: ask with it as `after`. Events of the 15 s before `after` come again,
        because one of them may have become visible late: leave out what you have. `now` is our time in ms."""
        till = till_for(request.user, till_id, Action.CHARGE)
        asked = self.Asked(data=request.query_params)
        asked.is_valid(raise_exception=True)
        after: UUID | None = asked.validated_data.get("after")
        found = events_since(topics_of(till), after, asked.validated_data["limit"])
        ids = [event.id for event in found] + ([after] if after else [])
        return Response(
            {
                "events": [
                    {"id": str(event.id), "kind": event.kind, "payload": event.payload} for event in found
                ],
                "next": str(max(ids)) if ids else None,
                "now": time.time_ns() // 1_000_000,
            }
        )
