"""What is written and said in the mixed library: natural prose about unlike things.

Nothing here was worded after a search: the questions of tests/quality/library.json are what a
person who half remembers these texts would ask.
"""

NOTES = {
    "notes/glaze-firing.md": """# Glaze firing, October

Loaded the big kiln on Friday evening with forty-one bowls and the two tall vases from Ines's
class. I raised the temperature slowly through the night, about ninety degrees an hour, and held
it at 1,240 for twenty-five minutes once cone six had bent.

The copper red came out liver brown again on the upper shelf. Too much air: next time close the
damper a finger's width earlier. The celadon is lovely, thin at the rims and deep where it pooled.

## To do
- grind the drips off the lower shelves
- order another sack of feldspar
""",
    "notes/landlord.txt": """Dear Mr Petrov,

this is the third time that I write about the radiators on the second floor. Since the middle of
November they have stayed cold in the mornings, and last week the thermometer in the children's
bedroom showed thirteen degrees when they got up. The electric fan that your caretaker lent us
trips the fuse whenever the washing machine runs.

Please send somebody before Friday. If nothing happens I shall withhold a fifth of the rent, as
the tenants' association has advised me.

Yours sincerely,
Magda Lindqvist
""",
    "notes/swarm.html": """<!doctype html><html><head><title>When a colony leaves</title>
<style>p { color: brown }</style></head><body><nav>Home | Shop | Contact</nav>
<h1>When a colony leaves</h1>
<p>On a warm morning in May half of the bees may pour out of the entrance and hang like a beard
from the nearest branch. Do not panic: they have filled themselves with honey and are as mild as
they will ever be. Spray them with a little water, hold a box below and give the branch one firm
shake.</p>
<h2>Before it comes to that</h2>
<p>Look for queen cells along the lower edge of the frames every seven days. Give the queen more
room, or divide the colony yourself and be spared the ladder.</p></body></html>
""",
    "notes/mushrooms.rst": """Autumn walk
===========

We parked at the sawmill and followed the stream uphill. Under the beeches stood dozens of
chanterelles, yellow as egg yolk, and farther up two boletes as large as a shoe. Tomas wanted to
take the white ones home; I showed him the ring and the bag at the foot of the stalk, and that
was the end of that idea. A death cap smells of nothing much and kills a family of four.
""",
    "notes/production-meeting.md": """# Production meeting, 3 March

Present: Ana, Joost, Priya. Absent: Martin.

- Drone: the operator's licence ran out in February. Joost applies for a new one; until then
  nothing leaves the ground.
- Catering: two of the extras cannot have nuts, one is coeliac.
- The ferry company wants to see the script before we may shoot on board.
- Next meeting on the 17th, in the small room.
""",
    "notes/allotment.txt": """The soil is heavy clay, so I dug in two barrows of sand and all the
compost from behind the shed. Carrots go to the south side, beans along the fence. The slugs ate
every lettuce in a night; copper tape round the raised beds seems to keep them off. Water the
tomatoes from below or the leaves turn black in August.
""",
    "notes/bread.txt": """Feed the jar with equal weights of rye flour and water at eight in the
evening. If it has doubled by morning it is strong enough to lift a loaf. Bake in the iron pot,
lid on for twenty-five minutes, then off until the crust is the colour of chestnuts.
""",
    "notes/router-config.json": """{"router": {"name": "attic", "channel": 11, "guests": true,
"comment": "The guest network is switched off at midnight. The password is on the fridge."}}
""",
    "notes/resample.py": '''"""Field recordings from 96 to 48 kHz, before they go to the editor."""


def halve(samples: list[float]) -> list[float]:
    """Average neighbours: crude, but nobody hears bats."""
    return [(a + b) / 2 for a, b in zip(samples[::2], samples[1::2], strict=False)]
''',
}

LENSES = (
    ("item", "lent to", "since", "back by"),
    ("Canon 100-400 mm zoom", "Birgit Sommer", "2024-04-02", "2024-05-01"),
    ("Rode wireless microphones, pair", "school radio club", "2024-03-11", "2024-06-30"),
    ("Manfrotto tripod, fluid head", "Joost", "2024-04-20", "2024-04-27"),
    ("Aputure LED panel, two stands", "theatre group", "2024-04-15", "2024-05-15"),
)

TRIP_COSTS = (
    ("date", "what", "euros"),
    ("2024-06-02", "Sleeper car Vienna to Venice, two berths", 178),
    ("2024-06-03", "Vaporetto, three-day tickets", 90),
    ("2024-06-04", "Glass blower on Murano, fee for filming", 250),
    ("2024-06-05", "Fish market, breakfast for the crew", 46),
    ("2024-06-06", "Repair of a flooded hydrophone", 132),
)

TRAINING_PLAN = (
    ("week", "monday", "wednesday", "saturday"),
    (1, "easy 5 km", "rest", "long 10 km"),
    (2, "easy 6 km", "hills", "long 12 km"),
    (3, "easy 6 km", "intervals", "long 15 km"),
    (4, "rest", "easy 5 km", "half marathon"),
)

SOUP = (
    ("Red lentil soup for twelve", 1),
    (
        "Soften four onions in olive oil until they are sweet, then stir in two spoons of cumin "
        "and one of smoked paprika. Add a kilogram of red lentils, rinsed, and three and a half "
        "litres of stock. They fall apart within twenty minutes.",
        0,
    ),
    (
        "Squeeze three lemons over the pot at the very end; added early the juice turns bitter. "
        "It keeps for four days in the cold and can be frozen. Nothing in it comes from an "
        "animal, so it suits everybody at the table.",
        0,
    ),
)

LIGHTING = (
    (
        "Light for interviews",
        ("Key, fill, back", "Eyes first"),
        "Welcome people, and ask who has lit a face before.",
    ),
    (
        "The main lamp",
        ("45 degrees to the side", "A hand above eye level"),
        "Put it on the side to which the speaker looks, so that the shadow of the nose falls "
        "towards the camera. For someone with glasses raise the stand until the reflection goes.",
    ),
    (
        "Windows",
        ("Daylight is blue", "Tungsten is orange"),
        "Either cover the panes with orange foil or change the bulbs. Mixed colours cannot be "
        "repaired in the edit.",
    ),
)

INSURANCE = (
    (
        "Cover for film equipment",
        "This policy covers cameras, lenses, lamps and recorders that are owned or hired by the "
        "insured, in any country of Europe, against fire, water and accidental damage. The excess "
        "is 250 euros for each event.",
    ),
    (
        "Theft",
        "Equipment that is stolen from a parked vehicle is covered only if the vehicle was locked, "
        "the items were out of sight in the boot, and the theft took place between six in the "
        "morning and ten at night. A report to the police within two days is required.",
    ),
)

KEEPER_LETTER = """Skarvan Light, 9 November 1987

Dear Brother,

The gale has blown for four days and the
supply boat cannot land. On Tuesday a wave
broke two panes of the lantern room, sixty
feet above the rocks. I nailed up a door to
keep the lamp burning.

There is coal enough, and tinned pears.
Tell Mother that I am well.

Your Henrik"""

SPOKEN = {
    "audio/memo-01.wav": "We measured the glacier again this morning. Since last summer the ice "
    "has drawn back another thirty metres, and there is a lake where the camp used to be.",
    "audio/memo-02.mp3": "My grandmother bought the violin in Prague before the war. The man in "
    "the shop says that the crack can be glued, but it will take him until Christmas.",
    "audio/memo-03.m4a": "The garage called about the van. The clutch is worn out, and with a new "
    "one the bill comes to nine hundred euros.",
    "audio/memo-04.flac": "After six hours he offered a draw, but she moved her rook down the "
    "board and he saw that his king could not escape. She is the youngest champion so far.",
    "audio/memo-05.ogg": "When the alarm rang we were at the table. Two trucks drove to the paper "
    "mill, and the roof was already burning. Nobody was hurt, but it took until dawn.",
    "audio/memo-06.opus": "The doctor says that my knee needs rest for six weeks. No running, no "
    "stairs if I can help it, and exercises in warm water every second day.",
    "video/take-07.mkv": "The telescope in the desert has found a small planet that circles its "
    "sun in only nine days. It may have water, but nobody could stand on it.",
    "video/take-12.webm": "This loom is two hundred years old. The weaver throws the shuttle from "
    "side to side, and a scarf of wool takes her a whole week.",
}
"""What espeak-ng says in each recording."""
