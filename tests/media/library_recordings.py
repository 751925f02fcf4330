"""What is said and shown in the recordings of the mixed library beyond `library_texts.SPOKEN`."""

from tests.media.talk import Page

TOLD = {
    "audio/memo-07.wav": (
        "I took the old portrait lens to the man in the camera shop.",
        "He held it against the window and showed me the fungus between the glass.",
        "Cleaning it costs more than another one would.",
    ),
    "audio/memo-08.mp3": (
        "My neighbour puts a little black pepper into her strawberry jam.",
        "You do not taste it, but everybody asks what is different.",
        "She boils it for four minutes and not a second longer.",
    ),
    "audio/memo-09.m4a": (
        "The council has cut our grant by a quarter.",
        "So the library will close on Mondays, and the bus for old people stops in March.",
        "The museum keeps its money, because the mayor likes it.",
    ),
    "audio/memo-10.flac": (
        "The dog ran off during the fireworks and was gone for two nights.",
        "A postman found her asleep under a boat.",
        "She has not left my side since then.",
    ),
    "audio/interview-11.ogg": (
        "I have worked on the night shift in this hospital for sixteen years.",
        "At three in the morning people tell you things that they never told their children.",
        "I bring them tea and sit down for a minute, although there is no time for that.",
    ),
    "audio/interview-12.opus": (
        "My father caught herring here with his bare hands, or so he told us.",
        "Today we go out for three days and come home with half a box.",
        "The seals are blamed for it, but I blame the big ships.",
    ),
    "audio/interview-13.mp3": (
        "I drove trains for thirty years, and I never got used to the tunnel.",
        "Once a cow stood on the track and looked at me.",
        "We stopped ten metres before her, and she walked on as if nothing had happened.",
    ),
    "video/take-21.mp4": (
        "We missed the last bus and walked up to the cabin in the dark.",
        "There was no key under the stone, so we slept in the barn with the sheep.",
        "In the morning the farmer brought us coffee and laughed.",
    ),
    "video/take-22.mkv": (
        "To straighten a wheel you turn one spoke at a time.",
        "A quarter of a turn is enough, then look again.",
        "Most people pull too hard, and then the rim is shaped like an egg.",
    ),
    "video/take-23.mov": (
        "The organ in this church has four thousand pipes.",
        "The smallest is no longer than a pencil, and mice have lived in the largest.",
        "It has to be tuned again whenever the heating is on.",
    ),
}
"""What espeak-ng says in each recording, sentence by sentence."""

TALKS = {
    "video/river-evening.mp4": (
        Page(
            "Mill Weir",
            ("Fish ladder: 24 steps", "Opened 3 May"),
            (
                "The weir was built for the mill two hundred years ago.",
                "Since the spring the trout can climb past it on a ladder.",
            ),
            (18, 70, 86),
        ),
        Page(
            "What It Cost",
            ("Concrete 210,000", "Planning 35,000"),
            (
                "The concrete was the smallest surprise.",
                "We paid more for lawyers than for stones, because the owner did not want to sell.",
            ),
            (240, 236, 222),
        ),
        Page(
            "Join the Count",
            ("Saturday 7 a.m.", "Bring rubber boots"),
            (
                "We count the fish on the first weekend of each month.",
                "You need warm clothes and a little patience.",
            ),
            (44, 96, 40),
        ),
    ),
    "video/lens-class.mkv": (
        Page(
            "Portrait Lenses",
            ("85 mm or longer", "Aperture f/2"),
            (
                "For a face I take a long lens and step back.",
                "A short one makes the nose too large.",
            ),
            (60, 30, 70),
        ),
        Page(
            "Homework",
            ("Ten windows", "Send by 30 November"),
            (
                "Until next week please photograph windows in your street.",
                "Do not use a flash, and send me only your three best.",
            ),
            (250, 232, 200),
        ),
        Page(
            "Next Class",
            ("Room B 12", "Filters and fog"),
            (
                "Next time we make steam with a kettle and shoot through it.",
                "The class moves to the ground floor.",
            ),
            (16, 40, 60),
        ),
    ),
}
"""Slides with a voice."""

SIGNS = {
    "screens/harbour-0101.png": (
        "#b3261e",
        "white",
        ("NO SWIMMING", "Strong current", "Harbour Office"),
    ),
    "screens/board-0102.png": (
        "#0d1b3d",
        "#ffd54a",
        ("DEPARTURES", "14:05  Graz  platform 3", "14:20  Linz  cancelled", "14:44  Villach  9"),
    ),
    "screens/cafe-0103.jpg": (
        "#23302a",
        "#f2efe6",
        ("Today", "Pumpkin soup 5.50", "Goat cheese quiche 8.90", "Apple strudel 4.20"),
    ),
    "screens/door-0104.jpg": (
        "#efe7d3",
        "#3a2a18",
        ("Halvorsen", "Bookbinder", "Tuesday to Friday 10 - 16", "Please ring twice"),
    ),
    "screens/label-0105.jpg": (
        "#f7f7f5",
        "#1c1c1c",
        ("Bronze bell", "Cast in Hamburg, 1623", "Recovered from a wreck", "Gift of the Navy"),
    ),
    "screens/export-0106.png": (
        "#e8eaed",
        "#202124",
        ("Export failed", "Not enough space on Archive 2", "Free 48 GB and try again"),
    ),
    "screens/chat-0107.png": (
        "#dcf2d8",
        "#10240f",
        ("Are you there yet?", "Keys are under the blue flowerpot", "Alarm code: see the fuse box"),
    ),
    "screens/calendar-0108.png": (
        "#ffffff",
        "#23395d",
        ("Week 32", "Mon  passport office 9:30", "Thu  night shoot, quarry", "Sat  Olga's party"),
    ),
    "screens/wall-0109.jpg": (
        "#fbfbfb",
        "#0b4f9e",
        ("IDEAS", "time lapse of the bridge", "ask Oskar for the crane", "no more sunsets!"),
    ),
    "screens/parcel-0110.jpg": (
        "#c9a36b",
        "#201508",
        ("FRAGILE", "Studio Kestrel", "14 Mill Lane, 2nd floor", "3.2 kg"),
    ),
    "screens/cinema-0111.jpg": (
        "#17223b",
        "#ffe8b0",
        ("OPEN AIR CINEMA", "Friday 9 August", "Castle Meadow", "Bring a blanket"),
    ),
    "screens/weather-0112.png": (
        "#5b8fd6",
        "white",
        ("Narvik", "-11 degrees", "Wind 14 m/s, snow", "Sunset 13:26"),
    ),
}  # fmt: skip
"""Pictures of words alone: signs, boards and screens, as (background, ink, lines)."""

CAPTIONED = {
    "stills/0201.png": ("flux_fill_inpaint_example-1.webp", ("Marta Ilves", "wheat farmer")),
    "stills/0202.jpg": ("sdxl_simple_example-1.webp", ("Chapter Two", "A Letter from Havana")),
    "stills/0203.png": ("utility_hitpaw_video_enhance-1.webp", ("Jonas Wirth", "fathers' group")),
    "stills/0204.jpg": ("video_wanmove_480p_hallucination-1.webp", ("Timber House", "Lyon 2021")),
    "stills/0205.webp": ("api_kling_o3_i2v-1.webp", ("Day 14", "The pigeons come home")),
    "stills/0206.jpg": ("video_ltx2_i2v_distilled-1.webp", ("Winter Downhill Cup", "Heat 3")),
}
"""Real pictures with a caption: the file it is, and the lines."""

CAPTIONED_PANS = {
    "video/C0054.mp4": ("utility-topaz_landscape_upscaler-1.webp", ("Cape Orrin", "04:50 a.m.")),
    "video/C0055.mov": ("flux_fill_outpaint_example-1.webp", ("Atacama Desert", "Observatory")),
}
"""Silent clips: the camera pans over a picture below a caption that stays."""

TITLES = ("CITY ON TWO WHEELS", "a film by Noor Haddad")
CREDITS = ("Sound: Emil Brandt", "Thanks to the Cyclists' Union")
BIKES_PART = (76, 187)
"""The frames of bikes.mp4 between the titles and the credits of video/C0051.mp4."""
CARD_FRAMES = 50
GUEST = ("Dr Felix Aurel", "economist")
"""Below the man in the car in video/C0052.mov."""
SUBTITLE = ("Who has stolen my butterfly?",)
"""Below the rabbit in video/C0053.mkv."""
