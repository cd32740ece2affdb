from tests.permissions.expectations import STAFF, Expectation

EXPECTED = {"reports.index": Expectation(STAFF)}
