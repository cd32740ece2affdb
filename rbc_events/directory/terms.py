"""The taxonomy of this installation: the one that comes with the program, or the file that RBC_TAXONOMY names."""

import logging
from functools import cache

from rbc_events.application import settings
from rbc_events.matching.concepts import ConceptSpace
from rbc_events.matching.taxonomy import BUNDLED, TaxonomyError, load

log = logging.getLogger(__name__)


def concept_space() -> ConceptSpace:
    """Read once a process. A faulty file must not keep anybody from saving a profile: the bundled one steps in."""
    return _read(settings().taxonomy or str(BUNDLED))


@cache
def _read(path: str) -> ConceptSpace:
    try:
        return ConceptSpace(load(path))
    except (OSError, TaxonomyError) as error:
        log.error("the taxonomy %s can't be used, the bundled one is: %s", path, error)
        return ConceptSpace(load())
