"""One operation: open a file by a link that was signed for this person, in this hospital, for a short time."""

from uuid import UUID

from django.http import HttpResponse

from kangqiao.core.api import DoorRouter, Request
from kangqiao.core.permissions import SIGNED_IN
from kangqiao.files import selectors, services

router = DoorRouter("files")


@router.get("/{uuid:public_id}", permission=SIGNED_IN, summary="打开文件")
def open_file(request: Request, public_id: UUID, token: str = "") -> HttpResponse:
    """Refused unless the token was signed for this actor, hospital and file and has not expired."""
    stored, inline = services.open_link(request.actor, public_id=public_id, token=token)
    return selectors.serve(stored, inline=inline)
