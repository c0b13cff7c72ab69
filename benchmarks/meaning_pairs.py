"""What somebody might look for in the four interviews, in words that are not said there.

Written from the references before anything was tried, and not reworded since.
"""

from __future__ import annotations

# What is typed, the call, and the turns of its reference that are meant, any of them.
PAIRS: tuple[tuple[str, str, tuple[int, ...]], ...] = (
    ("a woman at a stall introduced him to the product", "i01", (5, 7)),
    ("the rival's installation fee was outrageous", "i01", (9, 11)),
    ("older employee resisted the new technology", "i01", (15,)),
    ("sponsoring a local broadcast", "i01", (20,)),
    ("fewer parcels go astray", "i01", (22,)),
    ("his clients prefer SMS over paper mail", "i01", (25,)),
    ("loyal, will not switch to a competitor", "i01", (29,)),
    ("billing date does not fit his cash flow", "i01", (31,)),
    ("notifications matter more than anything else", "i01", (34,)),
    ("elderly clients like to settle up in person", "i01", (38,)),
    ("migrating contacts failed with many errors", "i02", (10,)),
    ("an employee helped until the evening", "i02", (15,)),
    ("people in mourning look things up instead of browsing", "i02", (19,)),
    ("the same flat fee even in slack periods hurts", "i02", (23,)),
    ("ruined flowers abandoned outdoors in bad weather", "i02", (28,)),
    ("a misplaced order costs you the buyer forever", "i02", (30,)),
    ("couriers cannot read the instructions", "i02", (34, 36)),
    ("saw a recommendation in an online community", "i03", (5,)),
    ("couriers arrived lacking proper equipment", "i03", (12,)),
    ("reimbursed for purchases he made himself", "i03", (16,)),
    ("afraid a platform will take over the relationship with buyers", "i03", (18, 20)),
    ("advertising wasted on regulars who buy already", "i03", (26,)),
    ("several colleagues use one account", "i03", (30,)),
    ("bill by usage rather than by user", "i03", (32,)),
    ("let recipients follow where the courier is", "i03", (37,)),
    ("a nearby shopkeeper recommended it", "i04", (5,)),
    ("entering fake dimensions because the form did not fit", "i04", (10,)),
    ("a worker keeps mixing up labels", "i04", (16,)),
    ("suspend the subscription during the cold season", "i04", (20, 23)),
    ("fewer people miss their appointments", "i04", (37,)),
)
# What nobody speaks of in any of the calls.
UNSAID = (
    "the football match last night",
    "trouble with the landlord",
    "side effects of a medicine",
    "learning to play the piano",
    "climate policy in parliament",
    "holidays on a Greek island",
    "the computer crashes when it boots",
    "tax returns for freelancers",
    "our dog had puppies",
    "the surgery was postponed",
    "planting tomatoes in spring",
    "settling a divorce in court",
    "a rocket landing on Mars",
    "exam results at university",
    "broke a leg while skiing",
)
