from tests.permissions.expectations import EVERYBODY, HEADQUARTERS, Expectation

EXPECTED = {
    "operating.alive": Expectation(EVERYBODY),
    "operating.ready": Expectation(EVERYBODY),
    "operating.metrics": Expectation(()),  # to nobody without the token
    "operating.operation": Expectation(HEADQUARTERS),
    "operating.audit_log": Expectation(HEADQUARTERS),
    "operating.audit_log_file": Expectation(HEADQUARTERS),
}
