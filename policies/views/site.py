"""/site/: the published city site, as it stands in the folder. Public, read only."""

import hashlib
import mimetypes
from pathlib import PurePosixPath

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from accounts.permissions import public
from policies.site.target import LocalFolder

_TEXT = {".html", ".css", ".csv", ".json"}


@public
@require_safe
def site_page(request: HttpRequest, path: str = "") -> HttpResponseBase:
    folder = LocalFolder(settings.SITE_FOLDER)
    content = folder.read(path)
    if content is None and path and not path.endswith("/") and folder.is_folder(path):
        return HttpResponsePermanentRedirect(f"{request.path}/")
    if content is None:
        raise Http404
    response = HttpResponse(content, content_type=_type_of(path))
    response["ETag"] = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    response["Cache-Control"] = "no-cache"
    return get_conditional_response(request, etag=response["ETag"], response=response) or response


def _type_of(path: str) -> str:
    suffix = ".html" if path.endswith("/") or not path else PurePosixPath(path).suffix
    kind = mimetypes.types_map.get(suffix, "application/octet-stream")
    return f"{kind}; charset=utf-8" if suffix in _TEXT else kind
