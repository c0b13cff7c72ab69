"""What is hidden to be found by what it means: a query, and what is said in other words.

They are near each other, so that what is tried is whether one sentence among millions is found; how
far a query may be from what is said is for `benchmarks.meaning`.
"""

from __future__ import annotations

MEANT: tuple[tuple[str, str], ...] = (
    (
        "we cannot defend such a cost to our board of directors",
        "There was no way to defend such a cost in front of our board of directors.",
    ),
    (
        "importing records from the previous tool failed",
        "When we tried to bring over the old records into it, the import came out empty.",
    ),
    (
        "the support help desk never answered us",
        "We wrote to your help desk three times and nobody from support ever answered.",
    ),
    (
        "nothing is bought unless my director signs it",
        "In the end it's my director who signs, so without her nothing gets bought.",
    ),
    (
        "worried about who can see patient information",
        "Our clinic has to keep medical files confidential, and I don't know who reads them.",
    ),
    (
        "teaching the screens to people we hire takes weeks",
        "Every time we hire somebody we spend about four weeks teaching them the screens.",
    ),
    (
        "the app empties the phone's battery",
        "My drivers complain that their battery is dead by lunch if the app is running.",
    ),
    (
        "our supplier went bankrupt",
        "The biggest of our suppliers ran out of money in spring and had to close.",
    ),
    (
        "the page does not load in the cellar without reception",
        "Down in the cellar there is no reception at all, so the page never loads.",
    ),
    (
        "I recommended it to other owners in my street",
        "I've recommended it to at least four other owners on my street.",
    ),
    (
        "too many notification mails",
        "My inbox is flooded with alerts every morning, so I delete them all unread.",
    ),
    (
        "the print is too small for my father to read",
        "The print is so tiny that my old father needs a magnifying glass to read it.",
    ),
    (
        "we lost a client because of a mistake in an invoice",
        "The bill had the wrong total, and that client never ordered from us again.",
    ),
    (
        "the menus are not translated into Spanish",
        "Half of our cooks speak Spanish, and all the menus are in English only.",
    ),
    (
        "a developer of ours made a program for this over the holidays",
        "One of our developers built a little program over Christmas that does the job.",
    ),
    (
        "afraid that robots will replace workers",
        "People on the floor think this robot is here to take their jobs away.",
    ),
    (
        "rain ruins the sales at the market",
        "If it rains on a market day we sell less than half of the usual.",
    ),
    (
        "the computer says there are more on the shelf than in stock",
        "The computer says twelve are in stock, you walk to the shelf and there are two.",
    ),
    (
        "forgetting the password and resetting it",
        "I never remember my password and have to ask for a new one every week.",
    ),
    (
        "the free trial was too short",
        "Two weeks of a free trial was not enough time for us to tell whether we liked it.",
    ),
)
