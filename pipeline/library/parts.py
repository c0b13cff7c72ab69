"""What the tables of the library hold, in words for people, and which stage made it."""

from __future__ import annotations

# By table: what is called by one name is shown once.
PARTS = {
    "recording": "its title, date and place",
    "stage": "the record of what made its text",
    "segment": "the words as they were heard",
    "removed": "the words that nobody said",
    "unheard": "the passages that nobody made out",
    "revision": "the passages that were heard again",
    "speaker_span": "who speaks when",
    "speaker_edit": "the names that were given to speakers",
    "voiceprint": "what its voices are like",
    "unprinted": "which voices were forgotten",
    "label_span": "where forgotten and renamed speakers spoke",
    "person": "the people whose voices are known",
    "recognised": "which voices were confirmed as whose",
    "turn": "the transcript",
    "talk": "the transcript",
    "entity": "the names and phrases found in it",
    "keyphrase": "the names and phrases found in it",
    "keyphrase_mention": "the names and phrases found in it",
    "naming": "what was said of names",
    "vocabulary": "the names that were listed for it",
    "question": "the questions found in it",
    "meaning": "what its passages mean",
    "meaning_vectors": "what its passages mean",
    "tag": "its tags",
    "participant": "who took part",
    "correction": "the corrections made by hand",
    "highlight": "the passages that were marked",
    "pseudonym": "the lists of pseudonyms",
    "heard_name": "where names can be heard",
    "listening_copy": "its listening copy",
}
# What a stage makes again, by the table that it fills.
MADE_BY = {
    "segment": "transcribe",
    "removed": "transcribe",
    "unheard": "transcribe",
    "speaker_span": "diarize",
    "voiceprint": "diarize",
    "turn": "attribute",
    "talk": "attribute",
    "entity": "annotate",
    "keyphrase": "annotate",
    "keyphrase_mention": "annotate",
    "question": "annotate",
    "meaning": "embed",
    "meaning_vectors": "embed",
    "listening_copy": "copy",
}
