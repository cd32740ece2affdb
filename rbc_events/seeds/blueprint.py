"""The addresses of `seeds`, and what its templates and others' get of it."""

from flask import Blueprint

from rbc_events.labels import add_labels
from rbc_events.seeds import citing, labels, queries
from rbc_events.seeds.routes import catalogue, writing
from rbc_events.web import FORM, POST

blueprint = Blueprint("seeds", __name__)
add = blueprint.add_url_rule

add("/seeds", "index", catalogue.index)
add("/seeds/<int:number>", "show", catalogue.show)
add("/manage/seeds", "mine", writing.mine)
add("/manage/organisations/<int:number>/seeds/new", "new", writing.new, methods=FORM)
add("/manage/seeds/<int:number>", "edit", writing.edit, methods=FORM)
add("/manage/seeds/<int:number>/preview", "preview", writing.preview)
add("/manage/seeds/<int:number>/publish", "publish", writing.publish, methods=POST)
add("/manage/seeds/<int:number>/withdraw", "withdraw", writing.withdraw, methods=POST)
add("/manage/seeds/<int:number>/people", "people", writing.people, methods=FORM)
add("/manage/seeds/<int:number>/people/<int:person_id>", "person", writing.person, methods=FORM)
add("/manage/seeds/<int:number>/people/<int:person_id>/remove", "remove_person", writing.remove_person, methods=POST)

add_labels(labels.DISCLOSURES)
blueprint.add_app_template_filter(queries.field_words)
blueprint.add_app_template_filter(citing.in_words, "seed_words")
blueprint.add_app_template_test(citing.was_public, "once_public")
blueprint.context_processor(
    lambda: {
        "patent_states": labels.PATENT_STATES,
        "licences": labels.LICENCES,
        "readiness_words": labels.READINESS,
        "disclosure_words": {stage.value: words for stage, words in labels.DISCLOSURES.items()},
    }
)
