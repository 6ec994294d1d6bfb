"""The OpenAPI document: whole, valid, and honest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.service.conftest import Site


@pytest.fixture(scope="module")
def document(site: Site) -> dict[str, Any]:
    answer = site.client.get("/api/openapi.json")
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()
    return told


def walk(value: Any, path: str = "#") -> Iterator[tuple[str, Any]]:
    yield path, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from walk(inner, f"{path}/{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from walk(inner, f"{path}/{number}")


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_it_is_openapi_3_1(document: dict[str, Any]) -> None:
    assert re.fullmatch(r"3\.1\.\d", document["openapi"])
    assert document["info"]["title"] == "Fieldledger"
    assert document["info"]["version"]


def references(document: dict[str, Any]) -> list[str]:
    return [inner["$ref"] for _, inner in walk(document) if isinstance(inner, dict) and "$ref" in inner]


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    assert references(document)
    for reference in references(document):
        assert reference.startswith("#/")
        found: Any = document
        for part in reference[2:].split("/"):
            assert part in found, reference
            found = found[part]


def test_no_schema_is_left_over(document: dict[str, Any]) -> None:
    used = {
        inner["$ref"].rpartition("/")[2]
        for _, inner in walk(document)
        if isinstance(inner, dict) and "$ref" in inner
    }
    assert set(document["components"]["schemas"]) == used


def test_the_token_is_declared_and_wanted_everywhere(document: dict[str, Any]) -> None:
    ((name, scheme),) = document["components"]["securitySchemes"].items()
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    assert document["security"] == [{name: []}]
    assert all("security" not in operation for _, _, operation in operations(document))


def test_operation_ids_are_words_and_each_stands_once(document: dict[str, Any]) -> None:
    ids = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"(get|post|put|patch|delete)(_[a-z]+)+", each) for each in ids), ids
    assert {
        "get_customers",
        "post_customers_batch",
        "get_plan",
        "post_plan_approve",
        "get_runs_run_report",
    } <= set(ids)


def test_every_operation_says_what_it_does_and_how_it_refuses(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        assert operation["summary"], path
        assert operation["description"], path
        assert operation["tags"] in (["desk"], ["connector"])
        responses = operation["responses"]
        assert {"401", "403", "422", "500"} <= responses.keys(), (method, path)
        assert any(status.startswith("2") for status in responses)
        if "requestBody" in operation:
            assert {"400", "413"} <= responses.keys(), (method, path)
        if re.search(r"\{(id|run|record)\}", path):
            assert "404" in responses, (method, path)
        for status, response in responses.items():
            assert response["description"]
            if int(status) >= 400:
                problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
                assert response["content"] == {"application/problem+json": problem}


def test_every_path_parameter_is_declared(document: dict[str, Any]) -> None:
    for path, _, operation in operations(document):
        declared = {each["name"] for each in operation["parameters"] if each["in"] == "path"}
        assert declared == set(re.findall(r"\{(\w+)\}", path))
        assert all(each["required"] for each in operation["parameters"] if each["in"] == "path")


def test_answers_have_shapes(document: dict[str, Any]) -> None:
    """No answer is only "an object", but the two that hold whatever they are given."""
    free = {
        f"{method} {path.rpartition('/')[2]}"
        for path, method, operation in operations(document)
        for kind, content in operation["responses"].get("200", {}).get("content", {}).items()
        if kind == "application/json" and "$ref" not in content["schema"] and not path.endswith("/report")
    }
    assert free == {"get sync-policy", "get settings", "patch settings"}


def test_pages_and_the_web_connector_are_not_in_it(document: dict[str, Any]) -> None:
    assert all(path.startswith("/api/v1/companies/{company}/") for path in document["paths"])
