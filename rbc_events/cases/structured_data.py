"""What search engines and link previews read of a public case: an Article of schema.org, as JSON-LD."""

from typing import Any

from rbc_events.accounts.mails import absolute_url
from rbc_events.cases.models import SupportCase
from rbc_events.cases.telling import Told
from rbc_events.i18n import language, plain


def article(case: SupportCase, told: Told) -> dict[str, Any]:
    """The data block of the page, in the page's language. Addresses are the site's own, whatever the request named."""
    address = absolute_url("cases.show", key=case.key)
    published = case.published_at.isoformat() if case.published_at else ""
    parties = dict.fromkeys(plain(party) for outcome in told.outcomes for party in outcome.parties)
    data = {
        "@context": "https://schema.org",
        "@type": "Article",
        "@id": address,
        "url": address,
        "mainEntityOfPage": address,
        "headline": plain(told.title),
        "description": plain(told.summary),
        "inLanguage": language(),
        "datePublished": published,
        "publisher": {"@type": "Organization", "name": "RBC Events", "url": absolute_url("home.index")},
        "about": [{"@type": "Organization", "name": name} for name in parties],
        "citation": [
            {"@type": "CreativeWork", "name": plain(source.title)} | ({"url": source.url} if source.url else {})
            for source in told.sources
        ],
    }
    seeds = {outcome.seed.id: outcome.seed for outcome in told.outcomes if outcome.seed}
    if seeds:
        data["mentions"] = [
            {"@type": "CreativeWork", "name": plain(seed.title), "url": absolute_url("seeds.show", number=seed.id)}
            for seed in seeds.values()
        ]
    if told.picture:
        data["image"] = absolute_url("cases.picture", key=case.key, number=told.picture["id"])
    return data
