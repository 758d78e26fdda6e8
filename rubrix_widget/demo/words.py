"""The words and the phrase patterns of the made-up film reviews.

A pattern is a phrase with slots in capitals. ``ADJ``, ``VERB`` and ``VALUE`` take the side of the
phrase (praise or blame); ``-ADJ`` and ``-VALUE`` take the other one, since the phrase negates them.
``THING``, ``GENRE``, ``WHO``, ``NAME`` and ``ADV`` take no side. Tokens are parted by spaces, as in
the Stanford Sentiment Treebank: ``is n't``, ``it 's``, ``--``, ``.``.
"""

from __future__ import annotations

__all__ = ["CLAUSES", "FRAGMENTS", "JOINED_AGAINST", "JOINED_WITH", "NEUTRAL", "SIDED", "UNSIDED"]

# (praise, blame) for each slot that takes a side.
SIDED: dict[str, tuple[str, str]] = {
    "ADJ": (
        """\
absorbing accomplished affecting amusing appealing assured astonishing beautiful believable bold
brave breathtaking bright brilliant captivating charming clever colorful compelling convincing
crisp dazzling deft delicate delightful droll eloquent enchanting endearing engaging enjoyable
entertaining enthralling excellent exciting exhilarating exquisite fascinating faithful fine
flawless fresh funny generous gentle genuine gorgeous graceful gripping hilarious honest humane
imaginative impeccable impressive ingenious insightful inspired intelligent intimate intriguing
inventive joyous lively lovely lush luminous magnificent masterful memorable mesmerizing moving
nimble nuanced original perceptive playful pleasing poetic poignant polished powerful
provocative quirky radiant refreshing remarkable rewarding rich riveting rousing satisfying
sharp sincere skillful smart solid soulful spirited splendid stirring stunning stylish sublime
subtle superb suspenseful sweet tender terrific thoughtful thrilling timely touching
unforgettable uplifting vibrant vivid warm well-acted well-crafted wise witty wonderful wry""",
        """\
aimless amateurish annoying artificial awful awkward bad baffling bland bloated blunt bogus
boring brainless cheap choppy chilly clichéd clumsy clunky cold confusing contrived convoluted
corny crass crude cynical derivative desperate dim disappointing disjointed dismal dour drab
dreadful dreary dull dumb embarrassing empty excruciating exploitative false feeble flat flimsy
forced forgettable formulaic frustrating generic glib goofy gratuitous grating grim half-baked
hackneyed heavy-handed hollow humorless hypocritical inane incoherent indulgent inept inert
insipid irritating jumbled labored laughable lame lazy leaden lifeless limp listless ludicrous
manipulative mawkish meandering mechanical mediocre messy mindless monotonous morose muddled
murky naive obnoxious obvious overblown overlong overwrought painful pale pedestrian plodding
pointless poor predictable preposterous pretentious punishing rambling repetitive ridiculous
sappy schematic self-conscious shallow shapeless silly sketchy sloppy slow smug soggy sour stale
static stiff stilted strained stupid superficial tasteless tedious tepid thin threadbare tired
tiresome trite trivial turgid unconvincing uneven unfunny uninspired unpleasant vapid weak
witless wooden""",
    ),
    "VERB": (
        """\
amuses astonishes captivates charms convinces dazzles delights enchants engages entertains
enthralls excels fascinates glows intrigues lingers moves pleases provokes resonates rewards
satisfies shines soars sparkles succeeds surprises thrills touches triumphs works""",
        """\
annoys backfires bores collapses crawls depresses disappoints drags drones embarrasses
evaporates fails falters fizzles flounders frustrates grates insults irritates limps meanders
misfires plods preaches rambles sags sinks staggers stumbles tires unravels""",
    ),
    "VALUE": (
        """\
beauty brilliance charm compassion craft daring delight depth elegance emotion energy finesse
grace heart honesty humanity humor imagination ingenuity insight intelligence invention joy life
magic poetry power style substance suspense tenderness tension texture treasure treat triumph
truth vitality warmth winner wisdom wit wonder""",
        """\
boredom bombast chaos cliché clutter condescension confusion contempt cynicism disappointment
disaster dreck dross drudgery embarrassment emptiness excess failure fluff frustration garbage
gloom hokum hysteria inertia insult junk mediocrity melodrama mess misfire monotony nonsense
padding repetition schmaltz sentimentality silliness sludge stupidity tedium torpor trash vanity
waste""",
    ),
}

# Slots that take no side.
UNSIDED: dict[str, str] = {
    "THING": """\
acting action adaptation album atmosphere camera cast character cinematography climax comedy
concept conflict dialogue direction documentary drama editing ending ensemble execution fable
film finale flick footage formula humor idea imagery journey melodrama mood movie music mystery
narrative opening pace performance picture plot portrait premise production project remake
romance satire scene score screenplay script sequel setting soundtrack story storytelling study
style subject subplot surface tale theme tone treatment voice-over world writing""",
    "GENRE": """\
adventure animation biography caper comedy cartoon documentary drama epic fable fantasy farce
noir flick melodrama mockumentary musical mystery parable picture portrait romance satire sequel
thriller tragedy tragicomedy travelogue western whodunit""",
    "WHO": """\
actors actress audience camera cast cinematographer comedian crowd director editor ensemble
family filmmaker hero heroine lead narrator newcomer performer producer screenwriter star
veteran viewer villain writer""",
    "NAME": """\
abara adeyemi almgren ashgrove bakari belltower birkeland bramwell calloway castellan corvane
dahlqvist delacroix dunmore ellingham esterhaus fairweather farrow fenwick galanis grimaldi
halloran hartwell ibarra inoue jankowski kestrel kirkbride lindqvist lockhart marchetti montrose
nakagawa northcote okonjo oakhurst pemberton petrakis quillfeather ravenscroft rosenthal
sandoval sorensen tanager thackerby ulverton vanterpool wainscott whitlock yarborough zielinska""",
    "ADV": """\
altogether always consistently curiously decidedly deeply entirely even genuinely mostly nearly
occasionally often oddly positively quite rather really relentlessly simply so sometimes
strangely surprisingly thoroughly truly unabashedly undeniably utterly very visually wholly""",
}

# Parts of sentences, as most training phrases of the treebank are. The last ten have few fillings.
FRAGMENTS = """\
ADJ and ADJ
ADJ , ADJ THING
ADV ADJ THING
a ADV ADJ GENRE
of ADJ VALUE and VALUE
ADV VERB the WHO
with ADJ VALUE and a ADJ THING
NAME 's ADJ THING
the WHO 's ADJ THING
a THING that is n't -ADJ
THING that is never -ADJ
ADJ THING and ADJ THING
the ADJ THING of NAME 's GENRE
NAME and NAME 's ADJ GENRE
to the ADJ THING and VALUE
ADJ , ADV ADJ
ADJ VALUE
ADV ADJ
ADJ GENRE
ADJ THING
of ADJ VALUE
the THING 's VALUE
THING and VALUE
ADJ
VERB
VALUE"""

CLAUSES = """\
the THING is ADV ADJ
the THING VERB and the THING VERB
a ADJ GENRE that ADV VERB
a ADJ , ADJ GENRE
a ADJ GENRE with a ADJ THING and ADV ADJ THING
it 's a ADJ GENRE by NAME
it 's ADV ADJ and ADV ADJ
the film 's THING is ADJ and its THING ADJ
NAME 's THING is ADJ enough to carry the GENRE
NAME gives the THING a ADJ VALUE
there 's VALUE in NAME 's THING
the WHO will find the THING ADJ
the WHO deserves a GENRE as ADJ as this one
what NAME brings to the THING is VALUE
you wo n't forget how ADJ the THING is
as a GENRE by NAME , it VERB
one of the year 's ADV ADJ films
full of ADJ VALUE and ADJ VALUE
the kind of ADJ GENRE that VERB
VERB as a GENRE and as a portrait of its WHO
the THING turns out to be ADV ADJ
every THING feels ADJ and ADJ
this GENRE has the VALUE of a ADJ THING
a THING of ADJ VALUE
the THING is n't -ADJ
the THING is never -ADJ
it 's hardly -ADJ , and the THING VERB
nothing about the THING is -ADJ
the THING is far from the -VALUE you might expect
the WHO wo n't call the THING -ADJ
a GENRE without a moment of -VALUE
NAME does n't settle for a -ADJ THING
not a -ADJ GENRE by any measure of THING"""

NEUTRAL = """\
based on the GENRE by NAME
directed by NAME and written by NAME
set in the world of NAME 's THING and NAME 's GENRE
as the WHO and the WHO meet for the last time
the story of a WHO who becomes a WHO
NAME plays the WHO and NAME the WHO
in which NAME and NAME trade places
the THING runs under two hours
with NAME as the WHO and NAME as the WHO
adapted from NAME 's GENRE of the same name
part GENRE , part GENRE , with NAME 's THING"""

# How a phrase goes on: in the same sense, or in the opposite one.
JOINED_WITH = (", and", "--", "...", ",", ";", ":")
JOINED_AGAINST = (", but", ", yet", "-- but", "... and yet")
