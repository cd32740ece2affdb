from tests.permissions.expectations import MANAGERS, Expectation, of_event

EXPECTED = {
    "ledger.index": Expectation(MANAGERS, of_event),
    "ledger.catch_up": Expectation(MANAGERS, of_event),
}
