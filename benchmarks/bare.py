"""What our pages are measured against: Flask + SQLAlchemy + Jinja, one query, 300 rows, nothing else."""

import os

from flask import Flask, render_template_string
from sqlalchemy import create_engine, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

PAGE = """<!doctype html><html><head><title>Rows</title></head><body><table>
{% for row in rows %}<tr><td>{{ row.id }}</td><td><a href="/rows/{{ row.id }}">{{ row.name }}</a></td>
<td>{{ row.email }}</td>
<td>{{ row.country }}</td><td>{{ row.sector }}</td><td class="summary">{{ row.summary }}</td></tr>
{% endfor %}</table></body></html>"""


class Base(DeclarativeBase):
    pass


class Row(Base):
    __tablename__ = "rows"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str]
    country: Mapped[str]
    sector: Mapped[str]
    summary: Mapped[str]


def create() -> Flask:
    engine = create_engine(os.environ["BARE_DATABASE"])
    app = Flask(__name__)

    @app.get("/")
    def index() -> str:
        with Session(engine) as session:
            return render_template_string(PAGE, rows=session.query(Row).order_by(Row.id).all())

    return app


def fill(url: str, rows: int = 300) -> None:
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        for number in range(rows):
            values = {"name": f"Sample Organisation {number}", "email": f"contact{number}@sample.example", "n": number}
            summary = "Remote monitoring of the heart for homes far from the next hospital, with a patch and a nurse. "
            connection.execute(
                text("INSERT INTO rows VALUES (:n, :name, :email, 'FR', 'Healthcare', :summary)"),
                {**values, "summary": summary * 2},
            )
