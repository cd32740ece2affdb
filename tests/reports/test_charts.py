from xml.etree import ElementTree

import pytest

from rbc_events.i18n import in_language
from rbc_events.reports.charts import PATTERNS, draw
from rbc_events.reports.figures import Chart, Series, cell_text

SVG = "{http://www.w3.org/2000/svg}"
CHART = Chart(
    ("製造業", "小売業と、卸売業、ならびにその他のサービス業"),
    (Series("実施している", (29.4, None)), Series("検討している", (0.0, 18.0))),
    unit="%",
)


def texts(svg: bytes) -> list[str]:
    root = ElementTree.fromstring(svg)
    return ["".join(node.itertext()) for node in root.iter(f"{SVG}text")]


@pytest.fixture
def svg(app: object) -> bytes:
    with in_language("ja"):
        return draw(CHART, title="協業の状況", description="回答の割合")


def test_a_chart_has_a_title_and_a_description_for_screen_readers(svg: bytes) -> None:
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    named = {node.get("id"): node.text for node in root[:2]}
    assert named == {"title": "協業の状況", "desc": "回答の割合"}
    assert root.get("aria-labelledby") == "title desc"


def test_every_value_stands_beside_its_bar_and_blank_ones_have_none(svg: bytes) -> None:
    found = texts(svg)
    assert [value for value in ("29.4%", "18.0%", "0.0%") if value not in found] == []
    assert "実施している" in found
    assert "None%" not in found


def test_a_long_label_is_broken_and_nothing_of_it_is_lost(svg: bytes) -> None:
    assert "小売業と、卸売業、ならびにその他のサービス業" in texts(svg)


def test_series_differ_without_colour(svg: bytes) -> None:
    assert len({lines for _ground, lines in PATTERNS if lines}) + len({g for g, lines in PATTERNS if not lines}) == 6
    assert b"fill:url(#p1)" in svg
    assert b'<pattern id="p1"' in svg


def test_a_chart_runs_no_script_and_loads_nothing(svg: bytes) -> None:
    assert b"<script" not in svg
    assert svg.count(b"http") == svg.count(b"http://www.w3.org/")
    assert b"@import" not in svg


def test_the_same_chart_gives_the_same_bytes(app: object, svg: bytes) -> None:
    with in_language("ja"):
        assert draw(CHART, title="協業の状況", description="回答の割合") == svg


def test_numbers_as_a_reader_sees_them(app: object) -> None:
    with in_language("en"):
        assert [cell_text(cell) for cell in (None, 1234, 29.44, 0, "text")] == ["", "1,234", "29.4", "0", "text"]
