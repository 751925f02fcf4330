"""Documents of the mixed library that are no plain text: pages, slides, tables, books."""

MORE_TABLES = {
    "money/documentary-budget.xlsx": (
        ("line", "days", "rate", "total"),
        ("Camera hire with two prime lenses", 11, 190, 2090),
        ("Sound recordist", 11, 260, 2860),
        ("Colour grading, suite and colourist", 4, 480, 1920),
        ("Boat with skipper", 3, 350, 1050),
        ("Music rights", "", "", 2400),
        ("Meals for the crew", 11, 95, 1045),
    ),
    "gear/inventory.xlsx": (
        ("shelf", "thing", "serial number", "bought"),
        ("A1", "Sony FX3 body", "4471902", "2022-05-11"),
        ("A1", "Sigma 24-70 mm f/2.8", "55810377", "2022-05-11"),
        ("A2", "Zoom H6 field recorder", "C9004412", "2019-10-02"),
        ("B1", "Atomos monitor, screen cracked", "NJ5520", "2020-02-27"),
        ("B3", "Smoke machine, needs fluid", "FOG-118", "2017-08-30"),
    ),
    "production/festivals.xlsx": (
        ("festival", "deadline", "fee", "status"),
        ("Leipzig", "2024-07-07", 35, "submitted"),
        ("Sheffield", "2024-02-01", 45, "rejected"),
        ("Nyon", "2024-12-10", 0, "waiting for the subtitled copy"),
        ("Thessaloniki", "2024-11-15", 20, "invited, travel paid"),
    ),
}
"""Workbooks: the first row names the columns."""

MORE_WORD = {
    "money/wedding-quote.docx": (
        ("Quote for the film of your wedding", 1),
        ("Two cameras from the hairdresser to the first dance, eleven hours in all: 1,950.", 0),
        ("A three-minute trailer within a week, the long version after six. Aerial pictures are "
         "weather permitting and cost 150 more. A quarter is due when you sign.", 0),
    ),
    "trips/tokyo.docx": (
        ("Tokyo in November", 1),
        ("Jet lag has one advantage: at four in the morning the tuna auction is wide awake too. "
         "Forklifts race between the halls and nobody apologises.", 0),
        ("Nikko", 2),
        ("Two hours north by train, maples like fire around the shrines. A monkey took the "
         "sandwich out of Aiko's hand and the lens cap out of mine.", 0),
    ),
    "interviews/ferry-captain.docx": (
        ("Captain Osei, forty years on the river", 1),
        ("They are building the bridge, you can see the piers from here. In two years nobody "
         "will need me. I have carried brides, a piano, once an elephant of the circus, who was "
         "calmer than the director.", 0),
        ("On fog", 2),
        ("I steer by the bell of the chapel then. If the wind is wrong I ask the ducks.", 0),
    ),
    "production/release.docx": (
        ("Consent to be filmed", 1),
        ("I agree that pictures and sound of me made on the day named below may be shown in the "
         "film, at festivals and on television, without payment. I may withdraw my consent in "
         "writing within fourteen days. For children under sixteen both parents sign.", 0),
    ),
}  # fmt: skip
"""Word documents as (text, heading level), where level 0 is plain text."""

MORE_PDF = {
    "gear/camera-manual.pdf": (
        ("Power", "A full battery lasts about ninety-five minutes at 20 degrees and half as long "
         "in frost. The camera may be fed through the USB socket while it records."),
        ("Memory cards", "Format each card in the camera before the shoot. Cards slower than V60 "
         "stop a recording at 4K after a few seconds. Card errors are listed on page 88."),
        ("White balance", "Hold a grey sheet in the light that falls on the subject and press SET "
         "for two seconds. Automatic mode drifts under fluorescent tubes."),
        ("Cleaning the sensor", "Blow dust away with the camera facing down. Never use compressed "
         "air from a can: its propellant leaves a film that only the workshop can remove."),
    ),
    "money/invoice-2231.pdf": (
        ("Invoice 2231", "Kestrel Post, to Haddad Film. Colour correction of 'The Last Salt Pan', "
         "four days at 480 euros, plus one day of conforming free of charge. Payable within 30 "
         "days. Thank you for the salt."),
    ),
    "trips/danube.pdf": (
        ("Passau to Linz", "Ninety kilometres, flat. Keep to the left bank behind Engelhartszell; "
         "the cable ferry at the loop takes bicycles for three euros and rings a bell for you."),
        ("The Wachau", "Apricots in July, new wine in September. The campsite at Rossatz looks "
         "across to the blue church tower and has only four showers."),
        ("Vienna to Bratislava", "Head wind nearly always. Spare tubes are sold by the petrol "
         "station in Hainburg, the last shop before the border."),
    ),
    "production/call-sheet-3.pdf": (
        ("Call sheet, day 3", "Crew call 04:45 at the fish hall. Sunrise 06:12. Scene 12 first, "
         "while the gulls are few. Breakfast on the quay at 08:30. Weather: dry, wind from east."),
        ("Cast and transport", "Irena (V. Sokol) is fetched at 05:10 from Hotel Anker. Pavel has "
         "the day off. Minibus back at 15:00. Nearest hospital: St Mary's, Dock Street 4."),
    ),
    "home/boiler.pdf": (
        ("Before you call us", "If the display shows E4 the water pressure is too low: open the "
         "black tap until the needle stands between 1.2 and 1.8 bar."),
        ("Once a year", "Have the burner cleaned and the flue inspected in late summer, before "
         "everybody else remembers. The anode in the hot water tank is replaced every five years."),
        ("Holiday setting", "Turn the knob to the suitcase. The house is kept at eight degrees, so "
         "that no pipe freezes while you are away."),
    ),
    "study/bronze-age.pdf": (
        ("The hoard of Lindow Hill", "A ploughman struck it in 1931: fourteen axes, a broken "
         "sword, and a cup no larger than an egg. Nothing had been used."),
        ("How bronze was cast", "Nine parts of copper to one of tin melt at about 950 degrees. The "
         "mould was of fine clay and was broken to free the blade."),
        ("Where the tin came from", "Isotopes point to Cornwall, a thousand kilometres by sea. "
         "Somebody must have made the crossing each summer."),
    ),
}  # fmt: skip
"""Pages as (heading, paragraph)."""

MORE_SLIDES = {
    "slides/sound-basics.pptx": (
        ("Recording sound on location", ("Listen first", "Then place the microphone"),
         "Ask everybody to be quiet for one minute and write down what you hear."),
        ("Levels", ("Peaks at minus 12 dB", "Never trust the automatic"),
         "What clips is lost for ever. What is too quiet only gets noisy."),
        ("Room tone", ("Thirty seconds of nothing", "Same place, same microphone"),
         "The editor fills the gaps between sentences with it; without it cuts are heard."),
        ("Wind", ("Foam indoors", "Fur outdoors"),
         "A low-cut filter at 80 hertz helps, but not against a storm."),
    ),
    "slides/river.pptx": (
        ("A river gets its bends back", ("Straightened in 1912", "Reopened in 2019"),
         "Show the two maps one over the other."),
        ("What returned", ("Kingfisher after one summer", "Salmon after three"),
         "Volunteers counted nests along six kilometres."),
        ("Floods", ("Peak lower by 40 centimetres", "Two farms gave up meadow"),
         "The insurer of the town paid a third of the works, because it saves them claims."),
    ),
    "slides/solar-roof.pptx": (
        ("Panels on the sports hall", ("86 modules", "Facing south-west"),
         "Photograph from the crane comes here."),
        ("What it yields", ("34,000 kilowatt hours a year", "A third used by the school"),
         "The remainder is sold to the grid at eight cents."),
        ("When is it paid off", ("Cost 61,000 euros", "Eleven years"),
         "With the subsidy of the county nine years."),
    ),
}  # fmt: skip
"""Slides as (title, bullets, notes). For .odp as well as .pptx."""

MORE_IMPRESS = {
    "slides/volunteers.odp": (
        ("Thank you for helping", ("Sixty-two people", "Nineteen languages"),
         "Read out the names of those who were there from the first day."),
        ("Your shift", ("Be there a quarter of an hour early", "Badge at the ticket desk"),
         "The orange vests are in the cloakroom and come back washed."),
        ("If something happens", ("Call Yusuf first: extension 212", "Defibrillator: foyer, left"),
         "Do not speak to the press."),
    ),
    "slides/salt.odp": (
        ("How salt is made by the sea", ("Sun, wind, patience", "Five basins"),
         "The water moves from basin to basin and gets stronger."),
        ("The flower of salt", ("Only on still evenings", "Raked by hand"),
         "A family harvests about two tonnes of it in a season."),
    ),
}  # fmt: skip

MORE_ODT = {
    "recipes/pancakes.odt": (
        ("Buckwheat pancakes", "Stir buckwheat flour, salt and cold water to a thin batter and "
         "leave it overnight. The pan must smoke. Turn them once, fill with cheese, an egg and "
         "ham, and fold in the four sides like an envelope."),
    ),
    "production/risks.odt": (
        ("Risk assessment, night shoot at the quarry", "Edge of the pit: rope and two marshals. "
         "Nobody goes within three metres of the drop."),
        ("Fire scene", "Two extinguishers and a blanket within reach; the stunt coordinator alone "
         "lights the car. The fire brigade is told an hour before."),
    ),
    "trips/lapland.odt": (
        ("Sledge tour", "Six huskies pull about forty kilometres a day. They eat before we do: "
         "frozen salmon, chopped with an axe. At minus thirty the ink of the pen stood still, "
         "so this is in pencil."),
        ("The Sami family", "Reindeer calves are marked by cuts in the ear, each family has its "
         "own pattern. Aslak knew his at two hundred metres."),
    ),
}  # fmt: skip
"""Texts as (heading, paragraph)."""

MORE_RTF = {
    "recipes/cucumbers.rtf": (
        "Pickled cucumbers: wash two kilos of small cucumbers and prick them.",
        "Layer with dill heads, horseradish and a vine leaf, which keeps them crisp.",
        "Pour over a brine of thirty grams of salt to the litre. They are sour after nine days.",
    ),
    "home/car-insurance.rtf": (
        "Your car insurance for the grey estate: partial cover, 412 euros a year.",
        "Hail, martens and broken glass are included. Your no-claims class rises to 14.",
        "Driving abroad: the green card is valid in Turkey as well, but not in Georgia.",
    ),
}

MORE_BOOKS = {
    "recipes/cookbook.epub": (
        ("Marmalade", "Bitter oranges are sold for three weeks in January. Soak the pips apart: "
         "they hold what makes it set. A drop on a cold saucer that wrinkles is ready."),
        ("Goose", "Prick the skin all over and roast it slowly for five hours on the lowest "
         "rack. Keep the fat in a jar; it is good for bread and for boots."),
        ("Elderflower cordial", "Pick thirty heads on a dry morning and do not wash them. Lemon, "
         "sugar, citric acid, three days in a crock under a cloth."),
    ),
    "study/weather-lore.epub": (
        ("Swallows", "They fly low before rain, because the insects do. Whether cows lie down "
         "for it nobody has ever counted."),
        ("Rings around the moon", "Ice crystals in high cloud bend its light by 22 degrees. A "
         "front is often a day away."),
    ),
}  # fmt: skip
"""Chapters as (heading, paragraph)."""

HOTEL_BILL = """HOTEL BELLAVISTA, TRIESTE

Room 31, three nights       267.00
Tourist tax                   9.60
Garage for the van           45.00
Broken mirror                80.00

Total                       401.60

Paid in cash, 22 October 2019
We hope to see you again."""
