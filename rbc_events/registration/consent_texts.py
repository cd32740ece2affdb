"""What organisations agree to when they register, word for word, and what a registration can't do without."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from rbc_events.registration.models import ConsentKind


@dataclass(frozen=True)
class ConsentText:
    title: Any
    text: Any
    needed: bool  # without it the organisation can't take part


CONSENTS = {
    ConsentKind.PUBLICATION: ConsentText(
        _l("I agree that our profile is published"),
        _l(
            "Name, kind, sector, country, region and regions of interest, stage, languages, website, summary, and what "
            "you offer and look for may be shown to the public on the event's pages. "
            "Names and addresses of people are never published."
        ),
        False,
    ),
    ConsentKind.SHARING: ConsentText(
        _l("I agree that our data are shared with the other participants"),
        _l(
            "Approved participants, the interpreters and the staff of the event see the profile; those you meet also "
            "see the names of your delegates. Without this consent no meetings can be arranged."
        ),
        True,
    ),
    ConsentKind.OVERSEAS_TRANSFER: ConsentText(
        _l("I agree that personal data are provided to participants in other countries"),
        _l(
            "Names and positions of your delegates are shown to the organisations that you meet, in Japan or abroad; "
            "the list of participants names each one's country. Personal data there are protected by that country's "
            "law, about which Japan's Personal Information Protection Commission publishes surveys. Meetings between "
            "Japan and other countries need this consent."
        ),
        True,
    ),
    ConsentKind.ADDRESSES: ConsentText(
        _l("I agree that those we meet see our delegates' mail addresses in calendar invitations"),
        _l(
            "Where both sides agree, the invitation to a meeting names the delegates of both sides with their mail "
            "addresses, so that calendars show who comes. Otherwise each person's invitation names that person alone. "
            "This holds for the invitations that are sent from then on."
        ),
        False,
    ),
    ConsentKind.DECLARATION: ConsentText(
        _l("We declare that what we state is true and that we keep the rules of the event"),
        _l(
            "We have no relations with antisocial forces, may make these statements for the organisation, and treat "
            "what we learn in meetings with care."
        ),
        True,
    ),
}
