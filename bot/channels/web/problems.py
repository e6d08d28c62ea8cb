"""What went wrong, told to programs as problem details (RFC 9457) and to people as a page."""

from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import JSONResponse

MEDIA_TYPE = "application/problem+json"

DETAILS: Mapping[int, str] = {
    400: "Tego zapytania nie da się odczytać.",
    403: "To zapytanie przyszło z obcej strony.",
    404: "Nie ma tu takiej strony. Może zmienił się temat albo adres jest przepisany z błędem.",
    405: "Pod tym adresem nie można tego zrobić.",
    408: "Zapytanie przychodziło zbyt długo.",
    413: "Wiadomość jest za długa. Napisz krócej.",
    415: "Treść zapytania ma inny format niż potrzebny.",
    421: "Pod tą nazwą nie ma tej strony. Administrator: ustaw PUBLIC_URL.",
    422: "W zapytaniu czegoś brakuje albo coś ma niewłaściwą wartość.",
    429: "Dostaję od Ciebie bardzo dużo pytań naraz. Spróbuj za chwilę. W niebezpieczeństwie dzwoń: 112.",
    500: "Coś się u nas zepsuło. Spróbuj za chwilę. W niebezpieczeństwie dzwoń: 112.",
    503: "Strona jeszcze się uruchamia. Spróbuj za chwilę. W niebezpieczeństwie dzwoń: 112.",
}
"""What a person is told, by status."""


def problem(status: int, detail: str = "", headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Problem details; what a status means is said by its title."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail or DETAILS.get(status, "")}
    return JSONResponse(body, status, headers, MEDIA_TYPE)
