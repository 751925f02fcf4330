"""Plain texts of the mixed library: notes, letters, transcripts and data on neighbouring topics.

Several recipes, journeys, budgets, interviews and repairs, so that a question has wrong answers
that are nearly right.
"""

MORE_NOTES = {
    "money/film-fund.md": """# Application to the regional film fund

Working title: *The Last Salt Pan*. We ask for 18,500 euros, which is thirty-eight per cent of
what the film will cost. The broadcaster puts in 12,000, my own company the remainder.

## What the money is for
Eleven days of shooting on the coast, a colour grade, and subtitles in three languages. Nobody on
the crew earns less than 240 euros a day.
""",
    "money/school-play.csv": """item,paid by,euros
Velvet for the stage curtain,parents' association,210
Hire of four headset microphones,drama club,96
Paint and plywood for the castle,school,143
Programmes (200 copies),print shop donated,0
Pizza after the last night,drama club,118
""",
    "money/studio-rent.txt": """To all tenants of the old tannery,

from the first of January the monthly rent of each workshop rises by forty euros. Heating stays
included; electricity is billed by meter. Whoever wishes to leave must give notice before the end
of September. The goods lift may no longer be used for motorcycles.

Hilde Brouwer, administrator
""",
    "recipes/plum-cake.md": """# Plum cake from Aunt Rosa

Rub 200 grams of cold butter into 300 of flour, add an egg and 100 grams of sugar, and let it rest
an hour. Halve a kilogram of ripe plums and stand them upright, close as roof tiles. Forty-five
minutes at 190 degrees. Whipped cream is not negotiable.
""",
    "recipes/fish-stew.txt": """Fisherman's stew, enough for six

Fennel, leek and garlic go into the pot first. When they are soft add a tin of tomatoes, a glass of
white wine, saffron and the heads of the prawns. Cod and mussels only for the last five minutes,
otherwise they turn to rubber. Throw away every shell that stays shut.
""",
    "recipes/dumplings.html": """<html><head><title>Dumplings for New Year</title></head><body>
<h1>Dumplings for New Year</h1><p>Chop cabbage, salt it, and squeeze out the water with your whole
weight. Mix it with minced pork, ginger and spring onion. The wrappers are nothing but flour and
hot water, rolled thinner at the rim than in the centre.</p><h2>Folding</h2><p>Seven pleats bring
luck, says Mei's mother. Whoever finds the coin in his portion washes no dishes.</p></body></html>
""",
    "trips/iceland.md": """# Ring road, ten days in February

Rented a car with studded tyres at Keflavik. The road over the pass was closed twice by snow drifts
and we slept on the floor of a school gymnasium. On the sixth night the northern lights stood green
above the harbour of Seydisfjordur for almost an hour; exposures of eight seconds were enough.

Do not forget next time: gloves that can turn a focus ring.
""",
    "trips/morocco.txt": """Marrakesh, second day. Lost in the lanes behind the dyers' souk until a
boy with a donkey led us out for ten dirhams. Mint tea on a roof. The tanners do not want to be
photographed, and rightly so. Tomorrow at five a driver takes us over the Atlas to the dunes; we
sleep in tents there, and it is said to be freezing at night.
""",
    "trips/highlands.rst": """West Highland Way
=================

Five stages in pouring rain. Midges ate us alive at Inversnaid, so we walked on until ten in the
evening. The bothy had a stove but no wood. From the Devil's Staircase one sees the whole of
Glencoe, or so the leaflet claims: we saw fog.

Blisters: Jakob four, I none, thanks to two pairs of thin socks.
""",
    "trips/packing-list.csv": """what,how many,bag
wool jumper,2,rucksack
head torch and spare cells,1,top pocket
water purification tablets,40,first aid
paper maps of the Carpathians,3,top pocket
folding reflector,1,camera bag
earplugs,6,top pocket
""",
    "trips/flights.json": """{"booking": "QX7RLM", "passengers": ["N. Haddad", "E. Brandt"],
"legs": [{"from": "Hamburg", "to": "Istanbul", "departure": "2024-09-11 06:40", "seat": "14A"},
{"from": "Istanbul", "to": "Tbilisi", "departure": "2024-09-11 13:15", "seat": "22C"}],
"luggage": "two cases of 23 kg, lithium cells in hand luggage only"}
""",
    "gear/lens-test.md": """# Three fast fifties, side by side

- The old Zeiss glows at f/1.4 and is the prettiest for faces; corners are mush until f/4.
- The Sigma is sharpest by far, weighs as much as a brick and breathes when focus is pulled.
- The plastic Canon costs a tenth of the others. Stopped down to f/2.8 nobody could tell.

Verdict: Zeiss for portraits, Sigma for landscapes at night.
""",
    "gear/microphones.txt": """Shotgun: reaches far, but indoors the echo makes it hollow. Outdoors
with the fur on it stands a stiff breeze. Lavalier: tape it under the collar, never on silk, which
rustles. The ribbon mic dies if somebody switches phantom power on. Contact mic: glued to the
bridge it hears the trains coming a minute before we do.
""",
    "gear/tripod-repair.md": """# The sticking pan axis

Unscrew the base with a 4 mm hex key. Old grease had turned to glue; I washed it out with petrol and
put in a pea-sized drop of damping fluid. The counterbalance spring must not be opened: it jumps.
Pans are smooth again, even at two degrees a second.
""",
    "gear/drone-log.csv": """date,place,minutes,battery,remark
2023-08-02,quarry at Ellern,17,B2,gimbal error after take-off
2023-08-19,river bend near Torun,22,B1,swan attacked the aircraft
2023-09-30,vineyard,14,B3,landed in a vine row with 8 % left
2023-10-07,wind farm,9,B1,broken off because of gusts
""",
    "gear/presets.yaml": """# camera presets, keep in sync with the cards in the lid
night_street: {iso: 3200, shutter: 1/50, white_balance: 3800, profile: log}
stage_play: {iso: 1600, shutter: 1/50, white_balance: 3200, profile: standard}
slow_motion: {iso: 800, shutter: 1/240, frame_rate: 120, sound: "not recorded"}
""",
    "interviews/baker.txt": """INTERVIEW WITH THE BAKER, transcript

Q: When do you get up?
A: At half past one. My wife says that she married the alarm clock.
Q: And why did you stop making white rolls?
A: The supermarket sells them for nine cents. I cannot even heat the oven for that. So I thought,
let them have the rolls, I do rye with forty hours of fermentation, and people drive here from two
valleys away.
""",
    "interviews/midwife.md": """# Ruth, midwife for 41 years

She has kept a notebook of every birth: three thousand one hundred and six. The shortest took
eleven minutes, in a lift between two floors. What she would tell young colleagues? "Sit on your
hands. Most of the time nothing needs doing, and that is the hardest thing to learn."

She laughs when asked about fathers who faint. "Tall ones go first."
""",
    "interviews/clockmaker.srt": """1
00:00:02,000 --> 00:00:06,500
The tower clock loses nine seconds a week.

2
00:00:06,800 --> 00:00:12,000
I climb up on Sundays and lay a penny on the pendulum.

3
00:00:12,400 --> 00:00:17,000
My apprentice left for a job in telephones. Nobody follows me.
""",
    "interviews/beekeeper.vtt": """WEBVTT

00:01.000 --> 00:05.000
Every second hive was empty after the winter.

00:05.500 --> 00:10.000
It was the mite, and neighbours who sprayed at noon.

00:10.500 --> 00:15.000
I sell the candles now, because there is hardly any honey left.
""",
    "interviews/mayor-questions.txt": """For the talk with the mayor on Thursday:
1. The swimming pool has been shut for two summers. Who decided that, and who pays?
2. Why was the tender for the new bus line withdrawn?
3. Forty lime trees were felled in Station Road at Easter. Were the residents asked?
4. (if there is time) his father's bakery
""",
    "production/shot-list.csv": """scene,shot,size,movement,note
12,1,wide,static,harbour at dawn before the gulls
12,2,close-up,handheld,hands mend the net
13,1,medium,dolly in,Irena reads the telegram
13,2,over shoulder,static,her brother does not turn round
14,1,extreme wide,crane up,procession leaves the church
""",
    "production/scout-mill.md": """# Location scout: the water mill at Brenna

Power: one 16 ampere socket in the yard, bring the generator. The wheel turns only from April to
June when there is enough water. Planes from the airfield every twenty minutes, so no clean sound
before six in the evening. The owner is friendly and wants nothing but a mention in the credits.
Parking for three vans behind the barn.
""",
    "production/script-harbour.txt": """INT. NET LOFT - NIGHT

Rain on the tin roof. IRENA (50s) counts banknotes into a biscuit tin. The door opens.

PAVEL
You said you had sold the boat.

IRENA
I said I would. A boat listens to nobody, and neither do I.

He puts the telegram on the table between them. She does not touch it.
""",
    "production/edit-notes.md": """# Notes after the rough cut screening

- The opening is four minutes too long; begin with the procession instead.
- Nobody understood that Pavel is her brother until minute thirty.
- Lose the voice-over in the storm. The wind tells it better.
- Music under the funeral is too sweet. Try silence, then the accordion alone.
""",
    "production/music.json": """{"cues": [
{"title": "Waltz for Empty Halls", "composer": "L. Okafor", "rights": "cleared for ten years"},
{"title": "Harbour Accordion", "composer": "traditional", "rights": "recording rights still open"},
{"title": "Night Bus", "composer": "The Pale Lanterns", "rights": "refused by the publisher"}]}
""",
    "home/dentist.txt": """Reminder: the wisdom tooth on the lower left comes out on Tuesday the
14th at 8.20. Eat nothing beforehand. Somebody should drive me home. Afterwards cold compresses,
soup, and no cycling for three days. The wire behind the front teeth has come loose too, mention it!
""",
    "home/cat.md": """# Minka

Vaccinated against cat flu on 3 May, next one due in a year. She weighs 5.1 kilos, which the vet
calls "a lot of personality". Half a tablet against worms, hidden in liver sausage. The chip
number is on the blue card in the drawer under the telephone.
""",
    "home/garden.html": """<html><body><h1>Plan for the front garden</h1><p>Take out the thuja hedge
and plant hornbeam, which birds can nest in. By the gate an apple tree, an old sort that ripens in
September. The rhododendron stays because Grandfather planted it.</p><h2>Pond</h2><p>Sixty
centimetres deep so that newts survive the frost. A plank for hedgehogs that fall in.</p></body>
</html>
""",
    "home/piano.txt": """Practise until Wednesday: the left hand of the Clementi alone, slowly, with
the metronome at 66. Mrs Adeyemi says that I rush whenever it gets loud. In the Bartok count aloud.
The concert of her pupils is on the second Sunday in Advent; I play third.
""",
    "home/moving.rst": """Moving out
==========

Eight weeks before: give notice, order boxes. Two weeks before: defrost the freezer, ask Olu whether
his van is free. On the day: read the meters and photograph them, hand over five keys. The wardrobe
does not fit through the stairwell; it came in by the balcony and has to leave that way.
""",
    "home/choir.csv": """date,piece,conductor,place
2024-10-08,Fauré Requiem,Sabine Thoma,parish hall
2024-10-15,Fauré Requiem,Sabine Thoma,parish hall
2024-10-22,Christmas carols,Tobias Lenz,music school
2024-11-30,concert,Sabine Thoma,St James
""",
    "home/bicycle.md": """# Squeal and slip

The squeal came from the front rims: degreased them and sanded the pads, quiet since. The chain
skips on the small sprocket because it is worn beyond 0.75 %; a new cassette as well, then, 58
euros together. The dynamo light flickers only in rain. Suspect the plug at the fork.
""",
    "home/neighbour.txt": """Dear Mr and Mrs Falk, your son plays the drums very well by now, and we
do enjoy it. But between one and three our baby sleeps, and after nine in the evening so should we.
Might he use the practice pads at those hours? We shall bring cake. The Osmans, second floor
""",
    "study/moss.md": """# Mosses

They have no roots and drink through their leaves. A cushion can dry out for years, look dead, and
turn green within minutes of a shower. Peat moss holds twenty times its own weight in water, which
is why it was used to dress wounds in the First World War.
""",
    "study/tides.txt": """Why are there two floods a day and not one? The moon pulls the near side
of the sea more than the earth itself, and the earth more than the far side, so that the water
bulges at both ends. When sun and moon stand in one line we get spring tides; at half moon the
two work against each other, and the difference is small (neap tides).
""",
    "study/bats.csv": """night,station,species,calls
2023-06-04,church loft,greater mouse-eared bat,212
2023-06-04,mill pond,Daubenton's bat,540
2023-06-18,church loft,greater mouse-eared bat,187
2023-06-18,orchard,noctule,33
""",
    "study/volcano.tex": r"""\section{Etna, field trip}
Basalt flows of 1669 reached the walls of Catania within three weeks.
Ash of grain size below two millimetres is carried as far as Malta.
We measured sulphur dioxide at the rim with a spectrometer, four thousand tonnes a day.
""",
    "study/vocabulary.tsv": """swedish\tenglish\texample
smultron\twild strawberry\tVi plockade smultron vid vägen.
skymning\tdusk\tI skymningen kom älgen.
snickare\tcarpenter\tMin farbror är snickare.
""",
    "study/birds.jsonl": """{"date": "2024-01-06", "bird": "waxwing", "count": 61, "where": "rowan"}
{"date": "2024-01-07", "bird": "bullfinch", "count": 4, "where": "feeder on the balcony"}
{"date": "2024-02-11", "bird": "crane", "count": 900, "where": "flying north-east over the town"}
""",
}
