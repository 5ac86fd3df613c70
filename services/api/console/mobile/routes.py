"""The manifest (W3C), icons and the service worker; public, as the log-in page is: nothing of anybody's is in them."""

from functools import cache
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from fastapi.responses import FileResponse, JSONResponse

from api.console.mobile.icons import SIZES, png
from api.console.pages import STATIC

_MANIFEST: dict[str, Any] = {
    "name": "Parley",
    "short_name": "Parley",
    "id": "/",
    "start_url": "/people",
    "scope": "/",
    "display": "standalone",
    "background_color": "#f5f6f8",
    "theme_color": "#1d5fbf",
    "icons": [
        {"src": f"/app/icon-{size}.png", "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size in SIZES
        for purpose in ("any", "maskable")
    ],
}

router = APIRouter()
_drawn = cache(png)


@router.get("/app/manifest.webmanifest")
async def show_manifest() -> Response:
    """What a browser has to know to install it."""
    return JSONResponse(_MANIFEST, media_type="application/manifest+json")


@router.get("/app/icon-{size}.png")
def show_icon(size: Annotated[int, Path(description="Pixels.")]) -> Response:
    """The icon in one of its sizes."""
    if size not in SIZES:
        return Response(status_code=404)
    return Response(_drawn(size), media_type="image/png")


@router.get("/worker.js")
async def show_worker() -> Response:
    """The service worker; at the root, since it is for all pages below where it lies."""
    return FileResponse(STATIC / "worker.js", media_type="text/javascript")
