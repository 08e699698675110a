"""Hand out finished files: only of one's own clients, only whole ones, as they were when they were made."""

from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import FileResponse
from django.views.decorators.http import require_safe

from base.core.errors import Refused
from reports.flows.keep_files import PACKAGE_ENDING
from reports.formats import FORMATS
from reports.formats.base import Format
from reports.models import Export
from reports.queries.books import export_for
from reports.web.signed_in import SignedIn


@require_safe
@login_required
def data(request: SignedIn, merchant_id: UUID, export_id: UUID) -> FileResponse:
    export = export_for(request.user.pk, merchant_id, export_id)
    return hand_out(export, FORMATS[export.name])


@require_safe
@login_required
def package(request: SignedIn, merchant_id: UUID, export_id: UUID) -> FileResponse:
    export = export_for(request.user.pk, merchant_id, export_id)
    return hand_out(export, None)


def hand_out(export: Export, form: Format[Any] | None) -> FileResponse:
    """The data of a finished export as its format says, or (None) its description; who may, was asked."""
    if form is None:
        path = export.folder / f"{export.sha256}{PACKAGE_ENDING}"
        return _file(path, "datapackage.json", "application/json", f"{export.sha256}-package")
    path = export.folder / f"{export.sha256}{form.ending}"
    return _file(path, export.file_name, form.media_type, export.sha256)


def _file(path: Path, name: str, media_type: str, tag: str) -> FileResponse:
    """An attachment under its plain name; the hash is its entity tag."""
    try:
        content = path.open("rb")
    except FileNotFoundError:
        raise Refused(
            "export_gone", "The file is no longer on the server. Make the export again.", status=410
        ) from None
    response = FileResponse(content, as_attachment=True, filename=name, content_type=media_type)
    response["ETag"] = f'"{tag}"'
    return response
