from tests.permissions.expectations import MANAGERS, Expectation, of_event

EXPECTED = {
    "meetings.ledger": Expectation(MANAGERS, of_event),
    "meetings.ledger_catch_up": Expectation(MANAGERS, of_event),
}
