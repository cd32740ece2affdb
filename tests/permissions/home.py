from tests.permissions.expectations import EVERYBODY, Expectation

EXPECTED = {
    "home.index": Expectation(EVERYBODY),
    "home.sitemap": Expectation(EVERYBODY),
    "home.robots": Expectation(EVERYBODY),
}
