from tests.permissions.expectations import EVERYBODY, HEADQUARTERS, Expectation

EXPECTED = {
    "operating.alive": Expectation(EVERYBODY),
    "operating.ready": Expectation(EVERYBODY),
    "operating.operation": Expectation(HEADQUARTERS),
}
