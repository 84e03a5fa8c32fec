"""Language: what the call hears from here on."""

from typing import Literal

from conmuta_compiler.steps.common.block import Block
from conmuta_compiler.steps.common.call import Call, Outcome
from conmuta_compiler.steps.common.kind import Fields, Placed, StepKind
from conmuta_compiler.steps.common.ways import leave
from conmuta_compiler.steps.common.words import Words, words

NAMES = {"es": words("Spanish", "español"), "en": words("English", "inglés")}


class Language(Fields, frozen=True, kw_only=True):
    """`language` of the system's own sounds, numbers and announcements."""

    language: Literal["es", "en"]


class LanguageKind(StepKind[Language]):
    name = "language"
    title = words("Language", "Idioma")
    fields = Language

    def compile(self, here: Placed[Language]) -> Block:
        block = Block()
        block.app(f"Set(CHANNEL(language)={here.fields.language})")
        leave(here, block, "next")
        return block

    def simulate(self, here: Placed[Language], call: Call) -> Outcome:
        call.language = here.fields.language
        return Outcome("next", self.explain(here))

    def explain(self, here: Placed[Language]) -> Words:
        name = NAMES[here.fields.language]
        return words("The call goes on in {name}.", "La llamada sigue en {name}.", name=name)


KIND = LanguageKind()
