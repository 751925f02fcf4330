"""Whether a written sentence holds: what its source says otherwise does, what is wrong does not."""

import pytest

from agent.claims import check
from indexer.embed.encoders import TextEncoder

BUDGET = (
    "The marketing budget for Q2 was 36,000 euros. For Q3 it is 48,000 euros, half of it for "
    "posters. Ingrid Solberg approved it on 3 May 2025. Drones are not insured."
)
PHONES = (
    "name: Tomas Becker; role: accountant; extension: 231\n"
    "name: Leila Haddad; role: editor; extension: 208"
)


@pytest.mark.parametrize(
    "claim",
    [
        "For Q3 it is 48,000 euros, half of it for posters.",
        "The marketing budget for Q3 is 48 000 €.",
        "The marketing budget for Q2 was 36k euros.",
        "The marketing budget for Q2 was thirty-six thousand euros.",
        "Ingrid Solberg approved it on May 3rd.",
        "Solberg approved it on 2025-05-03.",
        "Drones are not insured.",
    ],
)
def test_what_its_source_says_otherwise_holds(claim: str, text_encoder: TextEncoder) -> None:
    assert check(claim, BUDGET, text_encoder).holds
    assert check(claim, BUDGET, text_encoder).why == ""


@pytest.mark.parametrize(
    "claim, why",
    [
        ("The marketing budget for Q3 is 36,000 euros.", "belongs to something else"),
        ("The marketing budget for Q2 was 48,000 euros.", "belongs to something else"),
        ("The marketing budget for Q4 is 48,000 euros.", "does not say Q4"),
        ("The marketing budget for Q2 was 36,000 dollars.", "does not say 36,000 dollars"),
        ("The marketing budget for Q2 was 37,000 euros.", "does not say 37,000 euros"),
        ("Ingrid Solberg approved it on 4 May 2025.", "does not say 4 May 2025"),
        ("Ingrid Solberg approved it on 3 May 2024.", "does not say 3 May 2024"),
        ("Marta Silva approved it on 3 May 2025.", "does not say Marta Silva"),
        ("Drones are insured.", "denies"),
        ("Ingrid Solberg did not approve it on 3 May 2025.", "denies"),
        (
            "Ingrid Solberg approved it on 3 May 2025 because the mayor insisted.",
            "does not speak of insisted",
        ),
        ("Trains leave from the harbour.", "does not speak of Trains"),
    ],
)
def test_what_its_source_does_not_say_fails(
    claim: str, why: str, text_encoder: TextEncoder
) -> None:
    verdict = check(claim, BUDGET, text_encoder)
    assert not verdict.holds
    assert why in verdict.why


def test_number_of_another_row_fails(text_encoder: TextEncoder) -> None:
    assert check("The extension of Leila Haddad is 208.", PHONES, text_encoder).holds
    assert not check("The extension of Leila Haddad is 231.", PHONES, text_encoder).holds


def test_two_sums_that_change_places_fail(text_encoder: TextEncoder) -> None:
    source = "Advertising gets 19,500 euros and the trade fairs get 11,000 euros."
    assert check(source, source, text_encoder).holds
    swapped = "Advertising gets 11,000 euros and the trade fairs get 19,500 euros."
    assert not check(swapped, source, text_encoder).holds


@pytest.mark.parametrize(
    "said, given",
    [
        ("The train leaves at 9:30 pm.", "The train leaves at 21:30."),
        ("The train leaves at half past nine.", "The train leaves at 9:30."),
        ("The hall holds 305 people.", "The hall holds three hundred and five people."),
        ("The drive takes 90 minutes.", "The drive takes an hour and a half."),
        ("The discount is 8 percent.", "The discount is 8 %."),
        ("The tower is 0.5 km away.", "The tower is 500 metres away."),
        ("The third quarter was good.", "Q3 was good."),
        ("The light came in 1964.", "The light came in nineteen sixty-four."),
    ],
)
def test_numbers_and_times_count_however_they_are_written(said: str, given: str) -> None:
    assert check(said, given, None).holds


@pytest.mark.parametrize(
    "said, given",
    [
        ("The train leaves at 9:30 am.", "The train leaves at 21:30."),
        ("The hall holds 350 people.", "The hall holds three hundred and five people."),
        ("The drive takes 90 hours.", "The drive takes 90 minutes."),
        ("The tower is 500 miles away.", "The tower is 500 metres away."),
        ("We open on Tuesday.", "We open on Monday."),
        ("Call 555 0143.", "Call 555 0142."),
        ("The shop opens after nine.", "The shop opens before nine."),
    ],
)
def test_other_numbers_and_times_fail(said: str, given: str) -> None:
    assert not check(said, given, None).holds


@pytest.mark.parametrize("claim, source", [("", BUDGET), ("?", BUDGET), ("Drones fly.", "")])
def test_nothing_holds_by_nothing(claim: str, source: str) -> None:
    assert not check(claim, source, None).holds
