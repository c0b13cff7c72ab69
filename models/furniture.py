"""English words that say nothing of what a conversation is about: fillers, furniture, vagueness.

All are as a dictionary has them, in lower case. Other languages go by their grammar alone.
"""

from __future__ import annotations


def _words(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


# What fills a pause, agrees, greets, thanks or takes leave: no phrase goes across it.
FILLERS = _words(
    "ah aha alright amen anyway argh aw aww basically bye bye-bye cheers cool damn dear dude eh",
    "er erm god goodbye gosh ha haha heck hell hello hey hi hm hmm hooray huh jesus kinda lol man",
    "mate mhm mm mm-hm mmm nah no nope oh ok okay ooh oops ouch please right sorry sorta sure",
    "thank thanks uh uh-huh uhm um wait welcome well whoa wow yeah yep yes yikes yup",
)
# Nouns that stand for anything or anybody; a phrase neither begins nor ends with one.
EMPTY = _words(
    "anybody anyone anything bit bloke body boy bunch chap couple everybody everyone everything",
    "fella fellow folk gentleman girl guy handful kid lady load loads lot lots nobody none",
    "nothing one ones other others people person plenty some somebody someone something sometime",
    "sometimes stuff thing today tomorrow ton tonight tons woman yesterday",
)
# What an interview is made of, and what is said of it.
FURNITURE = _words(
    "answer chat conversation curiosity feedback follow-up honesty insight interview interviewer",
    "question recorder recording talk tape thought transcript",
)
# Nouns that tell something only of a noun before them: "bike type", but not "that type".
WEAK = _words(
    "afternoon amount area aspect back beginning bet bottom call case chance choice course date",
    "day deal degree detail difference end evening example fact favor favour feeling form front",
    "guess half hand honor honour hour idea instance issue joke kind laugh level look luck matter",
    "mess middle mile mind minute moment month morning name night number opinion option part",
    "piece pity place pleasure point position problem purpose quarter reason rest result sake",
    "second sense shame shot side situation sort spite spot start step sum term terms time top",
    "touch trick truth try turn type version view way week weekend while world year",
)
# Days and the like: what is said of them is "when", whatever stands beside them.
TIMES = _words(
    "afternoon april august december evening february friday january july june march may midnight",
    "monday morning night noon november october saturday september sunday thursday tuesday",
    "wednesday",
)
# Words for the time of the year: a phrase may begin with one, but is not only that.
SEASONS = _words(
    "autumn christmas easter fall spring summer winter",
)
# Adjectives that judge, count or point, and do not say which kind: a phrase does not begin so.
PLAIN = _words(
    "able absolute actual amazing available average awesome awful bad beautiful best better big",
    "bigger biggest brilliant careful certain clear clever close common complete convenient",
    "correct crazy current cute dear decent different difficult double early easier easiest easy",
    "enormous enough entire exact excellent exciting extra fair familiar famous fantastic far",
    "fast favorite favourite few final fine first former frequent full fun funny future general",
    "glad good great half happy hard harder hardest high higher highest honest horrible huge",
    "ideal important impossible incredible interested interesting key large larger largest last",
    "late later latest least less likely literal little long longer longest lovely low lower",
    "lowest lucky main major many massive maximum mere minor modern more most much natural near",
    "neat necessary new newer next nice normal obvious occasional odd old older oldest only open",
    "opposite ordinary original other overall own particular past perfect plain pleasant poor",
    "popular possible potential present pretty previous prior proper proud quick quicker quiet",
    "random rare ready real really reasonable recent regular relevant reliable respective rich",
    "right rough sad safe same second separate serious several severe short shorter sick",
    "significant silly similar simple single slight slow slower small smaller smallest smooth",
    "solid special specific strange strong stupid such sudden super sweet tall terrible third",
    "tiny top total tough tricky true typical unique unusual upset useful usual valuable various",
    "very weak weird whole wide wild wonderful worried worse worst worth wrong young younger",
)
# How much of something: what is measured is the phrase, and not the gallon.
MEASURES = _words(
    "bag batch bottle box bucket cent crate cup dollar dozen euro foot gallon glass group hundred",
    "inch kilo list liter litre load meter metre million ounce pack pair percent pile pint pound",
    "quarter range row sack series set stack thousand ton yard",
)
