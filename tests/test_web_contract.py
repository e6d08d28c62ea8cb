"""The OpenAPI document against the API: schemathesis makes requests from the one and holds the answers of the other to it."""

from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from bot.channels.web.openapi import document
from bot.core.knowledge import Knowledge
from tests.web_site import world

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
HOST = {"Host": "localhost"}
OPERATIONS = [(method.upper(), path) for path, methods in document()["paths"].items() for method in methods]
EXAMPLES = 60


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_the_api_is_as_documented(bytom: Knowledge, tmp_path: Path, method: str, path: str, mode: GenerationMode) -> None:
    with world(bytom, tmp_path) as site:
        operation = schemathesis.openapi.from_asgi("/api/openapi.json", site.app, headers=HOST)[path][method]
        if mode is GenerationMode.NEGATIVE and not (operation.body or operation.query or operation.path_parameters):
            return

        @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
        @given(operation.as_strategy(generation_mode=mode))
        def holds(case: Case[Any]) -> None:
            case.call_and_validate(checks=CHECKS, headers=HOST)

        holds()


def test_every_documented_path_is_served_under_both_names(bytom: Knowledge, tmp_path: Path) -> None:
    with world(bytom, tmp_path) as site:
        for root in ("/api", "/api/v1"):
            assert dict(schemathesis.openapi.from_asgi(f"{root}/openapi.json", site.app, headers=HOST).raw_schema) == document()
