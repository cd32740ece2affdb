from typing import Any

from tests.permissions.expectations import HEADQUARTERS, SIGNED_IN, Expectation

EXPECTED: dict[str, Any] = {
    "privacy.my_data": Expectation(SIGNED_IN),
    "privacy.my_data_file": Expectation(SIGNED_IN),
    "privacy.ask": Expectation(SIGNED_IN),
    "privacy.stay": Expectation(SIGNED_IN),
    "privacy.people": Expectation(HEADQUARTERS),
    "privacy.erase": Expectation(HEADQUARTERS),
}
