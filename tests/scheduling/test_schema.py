"""The JSON Schemas say what the readers do."""

import json
from importlib.resources import files
from itertools import chain

import pytest
from jsonschema import Draft202012Validator

from rbc_events.scheduling import InputError, Meeting, solve
from rbc_events.scheduling.formats.canonical_json import problem_to_json
from rbc_events.scheduling.formats.plan_json import plan_to_json
from rbc_events.scheduling.formats.problem_json import read_problem

from .makers import make_problem
from .test_forms import FULL


def schema(name):
    return json.loads(files("rbc_events.scheduling.formats").joinpath(f"{name}.schema.json").read_text())


@pytest.mark.parametrize("name", ["problem", "plan"])
def test_a_schema_is_one(name):
    Draft202012Validator.check_schema(schema(name))


def test_problems_and_plans_conform():
    plan = solve(make_problem([("a", "b")], tables=1, standing=(Meeting("r1", "s3"),)), work=100)

    Draft202012Validator(schema("problem")).validate(json.loads(problem_to_json(FULL)))
    Draft202012Validator(schema("plan")).validate(json.loads(plan_to_json(plan)))


def faults():
    """The full problem with a value of the wrong type or an unknown field, at each place."""
    content = json.loads(problem_to_json(FULL))
    yield {**content, "slots": []}
    for where in content:
        yield {**content, where: {"wrong": "type"}}
        if isinstance(content[where], list) and content[where] and isinstance(content[where][0], dict):
            for field in chain(content[where][0], ["unknown"]):
                items = [{**content[where][0], field: {}}, *content[where][1:]]
                yield {**content, where: items}


def test_reader_and_schema_refuse_the_same():
    validator = Draft202012Validator(schema("problem"))
    wrong = list(faults())

    assert len(wrong) > 40
    for content in wrong:
        assert not validator.is_valid(content)
        with pytest.raises(InputError):
            read_problem(content)


def test_every_field_of_the_schema_can_be_read():
    definitions = schema("problem")["$defs"]
    readers = {"slots": "slot", "parties": "party", "requests": "request", "places": "place", "standing": "meeting",
               "interpreters": "interpreter", "floors": "floor", "reserved": "reserved"}  # fmt: skip
    content = json.loads(problem_to_json(FULL))
    for where, name in readers.items():
        for field in definitions[name]["properties"]:
            with pytest.raises(InputError) as caught:
                read_problem({**content, where: [{**content[where][0], field: object()}]})
            assert caught.value.code != "unknown_field", (where, field)
