"""What channels pass on: addresses that share, and the QR code of a card's link."""

import io
from functools import lru_cache
from urllib.parse import quote

import segno

_QR_BORDER = 4
_QR_SCALE = 12


def web_card(home: str, key: str) -> str:
    """The page of a card on a site."""
    return f"{home}/k/{key}"


def through_telegram(link: str, text: str) -> str:
    """The address that lets people pick whom to send a link to on Telegram."""
    return f"https://t.me/share/url?url={quote(link, safe='')}&text={quote(text, safe='')}"


@lru_cache(maxsize=256)
def qr_svg(link: str) -> bytes:
    """A QR code that can be printed at any size."""
    out = io.BytesIO()
    segno.make(link, error="m", micro=False).save(out, kind="svg", border=_QR_BORDER, light="#fff", xmldecl=True, omitsize=True)
    return out.getvalue()


@lru_cache(maxsize=256)
def qr_png(link: str) -> bytes:
    """The same as a picture to send."""
    out = io.BytesIO()
    segno.make(link, error="m", micro=False).save(out, kind="png", border=_QR_BORDER, scale=_QR_SCALE)
    return out.getvalue()
