from tests.permissions.expectations import EVERYBODY, Expectation, of_event

EXPECTED = {
    "events.index": Expectation(EVERYBODY),
    "events.show": Expectation(EVERYBODY, of_event),
}
